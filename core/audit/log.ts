import { createHash } from 'node:crypto';
import { sql } from '#db/postgres.ts';
import { canonical } from '#core/canonical.ts';
import type { Tx } from '#core/transaction.ts';
import { namesOf } from './names.ts';

/** One action of a moderator, or of the system itself. */
export interface Deed {
  /** Null: the system itself. */
  actor: string | null;
  action: string;
  /** Whom it was done to. */
  subject: string | null;
  /** Ids, codes, numbers and instants; never what people wrote. */
  details: Record<string, string | number | boolean | null>;
}

/** A row of the log. */
export interface Entry {
  seq: number;
  at: Date;
  actor_id: string | null;
  action: string;
  subject_id: string | null;
  details: Deed['details'];
  previous: string;
  hash: string;
}

const beginning = '0'.repeat(64);
const turn = 471_100_181;

/**
 * Writes a deed into the log, in the transaction of the deed. Each row's hash covers its content and the row
 * before, so nothing can be changed or taken out unnoticed. Rows take turns until the commit: a transaction
 * does this last, after every other lock, so that two never wait for each other.
 */
export async function logDeed(tx: Tx, { actor, action, subject, details }: Deed): Promise<void> {
  await tx.sql('SELECT pg_advisory_xact_lock($1)', [turn]);
  const last = await tx.one<Pick<Entry, 'seq' | 'hash'>>(
    'SELECT seq, hash FROM moderation_log ORDER BY seq DESC LIMIT 1',
  );
  const entry = {
    ...{ seq: (last?.seq ?? 0) + 1, at: tx.now, actor_id: actor, action, subject_id: subject, details },
    previous: last?.hash ?? beginning,
  };
  await tx.sql(
    `INSERT INTO moderation_log (seq, at, actor_id, action, subject_id, details, previous, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[entry.seq, entry.at, actor, action, subject],
      ...[JSON.stringify(details), entry.previous, hashOf(entry)],
    ],
  );
}

/** What `verifyLog` found: how long the log is and its last hash, or where it is broken. */
export interface Verdict {
  entries: number;
  head: string;
  brokenAt: number | null;
  /** Whether the hash that was written down earlier is still in the chain; null when none was given. */
  contains: boolean | null;
}

const rowsAtOnce = 1000;

/**
 * Goes through the whole log and recomputes its chain.
 * @param known a head that was written down before: without it, entries cut off at the end cannot be missed
 */
export async function verifyLog(known?: string): Promise<Verdict> {
  let [entries, head, contains] = [0, beginning, false];
  for (;;) {
    const rows = await readLog({ after: entries, limit: rowsAtOnce });
    for (const row of rows) {
      if (row.seq !== entries + 1 || row.previous !== head || row.hash !== hashOf(row))
        return { entries, head, brokenAt: entries + 1, contains: known === undefined ? null : contains };
      [entries, head, contains] = [row.seq, row.hash, contains || row.hash === known];
    }
    if (rows.length < rowsAtOnce) break;
  }
  return { entries, head, brokenAt: null, contains: known === undefined ? null : contains };
}

const columns = 'seq, at, actor_id, action, subject_id, details, previous, hash';

const readLog = ({ after, limit }: { after: number; limit: number }): Promise<Entry[]> =>
  sql<Entry>(`SELECT ${columns} FROM moderation_log WHERE seq > $1 ORDER BY seq LIMIT $2`, [after, limit]);

/** As `listLog`, a page for people: with their names, and where it goes on. */
export async function readLogPage(asked: Parameters<typeof listLog>[0]) {
  const entries = await listLog(asked);
  const names = await namesOf(entries.flatMap((entry) => [entry.actor_id, entry.subject_id]));
  const next_cursor = entries.length === asked.limit ? (entries.at(-1)?.seq ?? null) : null;
  return { entries, names, next_cursor };
}

/** The newest entries, those before `cursor` where it is given; of one person where a subject is. */
export const listLog = (asked: {
  cursor: number | null;
  subject: string | null;
  limit: number;
}): Promise<Entry[]> =>
  sql<Entry>(
    `SELECT ${columns} FROM moderation_log
      WHERE ($1::integer IS NULL OR seq < $1) AND ($2::uuid IS NULL OR subject_id = $2)
      ORDER BY seq DESC LIMIT $3`,
    [asked.cursor, asked.subject, asked.limit],
  );

const hashOf = ({ seq, at, actor_id, action, subject_id, details, previous }: Omit<Entry, 'hash'>): string =>
  createHash('sha256')
    .update(canonical([seq, at.toISOString(), actor_id, action, subject_id, details, previous]))
    .digest('hex');
