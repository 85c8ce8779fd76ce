import { commit } from '#core/store/commit.ts';
import { load, type Facts, type Needs } from '#core/store/facts.ts';
import { LostUpdate, type Tx } from '#core/transaction.ts';
import { afterCommit, type Done } from './afterCommit.ts';
import { changesOf, draftOf, type Draft } from './draft.ts';
import { instantOf } from './instant.ts';
import type { Decision, Submitted } from './rule.ts';

/*
 * The same rules inside a transaction: for what changes tables that commands do not know (flags, moderation, erasure),
 * and for a command that has met changed rows again and again.
 */

/**
 * Locks what is needed, in the order of all commits (journeys, rounds, devices; each by id), then reads it. The people
 * of a past round are not locked: the matchmaker skips a person whose row is locked.
 */
export async function lockDraft(tx: Tx, needs: Needs): Promise<Draft> {
  return draftOf(await lockFacts(tx, needs), tx.now);
}

async function lockFacts(tx: Tx, needs: Needs): Promise<Facts> {
  const bind = [needs.people ?? [], needs.rounds ?? [], needs.devices ?? []];
  for (const statement of locks) await tx.sql(statement, bind);
  const facts = await load([needs], tx.now, tx.raw);
  tx.follows(instantOf(facts, needs, tx.now));
  return facts;
}

/**
 * Writes what has become of a draft that was locked; views and effects follow the transaction.
 * @throws LostUpdate when a row that it rests on was not locked and has changed: the transaction is repeated
 */
export const saveDraft = (tx: Tx, draft: Draft): Promise<void> =>
  save(tx, { changes: changesOf(draft), effects: draft.effects }, draft.facts);

/** Decides a command under the locks of what it needs, and writes what it has decided. */
export async function applyLocked<Answer>(
  tx: Tx,
  { needs, decide, began }: Pick<Submitted<Answer>, 'needs' | 'decide'> & { began: Date },
): Promise<Decision<Answer>> {
  const facts = await lockFacts(tx, needs);
  const decision = decide(facts, instantOf(facts, needs, began));
  await save(tx, decision, facts);
  return decision;
}

async function save(tx: Tx, done: Done, facts: Facts): Promise<void> {
  const [applied] = done.changes.writes.length > 0 ? await commit([done.changes], tx.raw) : [true];
  if (!applied) throw new LostUpdate('A row changed between the lock and the commit');
  tx.afterCommit(() => afterCommit([done], facts));
}

/** $1 people, $2 rounds, $3 devices. */
const concerned = `
  SELECT unnest($1::uuid[])
  UNION SELECT unnest(ARRAY[user1_id, user2_id]) FROM rounds
         WHERE id = ANY (ARRAY(SELECT unnest($2::uuid[])
                               UNION SELECT round_id FROM journeys WHERE user_id = ANY ($1::uuid[])))
           AND (status IN ('waiting', 'active') OR (decide_until IS NOT NULL AND settled_at IS NULL))`;

const locks = [
  `SELECT 1 FROM journeys
    WHERE user_id = ANY (ARRAY(${concerned}))
       OR device_id = ANY (ARRAY(SELECT unnest($3::uuid[])
                                 UNION SELECT device_id FROM journeys WHERE user_id = ANY ($1::uuid[])))
    ORDER BY user_id FOR NO KEY UPDATE`,
  `SELECT 1, $3::uuid[] FROM rounds
    WHERE id = ANY (ARRAY(SELECT unnest($2::uuid[])
                          UNION SELECT round_id FROM journeys WHERE user_id = ANY ($1::uuid[])))
    ORDER BY id FOR NO KEY UPDATE`,
  `SELECT 1 FROM devices
    WHERE id = ANY (ARRAY(SELECT unnest($3::uuid[])
                          UNION SELECT device_id FROM journeys WHERE user_id = ANY (ARRAY(${concerned}))))
    ORDER BY id FOR NO KEY UPDATE`,
];
