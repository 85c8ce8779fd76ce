import { keys } from '#db/keys.ts';
import { script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { rules } from '#core/rules.ts';
import type { Cursor } from '#core/mailbox/signal.ts';
import type { View, ViewBody } from '#core/views/view.ts';

/** A poll: whose, and what they say that they know. */
export interface Poll {
  userId: string;
  /** Where their view is kept; when it is not there, Postgres says where it is. */
  pool: string;
  /** A request that has just come in (a sign of life), or one that is being held? */
  arrived: boolean;
  /** The `state_version` that the person says they have seen; null: a plain script, which says nothing. */
  seen: number | null;
  /** The session that is asked about, where one is. */
  sessionId?: string;
  /** The mailbox to read along, and how far its reader has come; null: to where they joined. */
  mailbox?: { roundId: string; after: Cursor | null };
}

/** What a poll found. */
export interface Polled {
  view: View;
  body: ViewBody;
  /** Place in the queue from 0, or null outside it. */
  place: number | null;
  queueSize: number;
  estimatedWaitSeconds: number | null;
  /** Waiting, and everybody who is here was met in this session. */
  nobodyNew: boolean;
  /** A notice is being told by this answer, so the answer must not be held. */
  tells: boolean;
  /** The notice that an earlier answer told has been seen: what it was shown for goes on. */
  noticeSeen: boolean;
  /** The mailbox that was asked for; `generation` is null when it was never opened (or Redis was emptied). */
  mail: { generation: string | null; from: number; signals: string[] } | null;
}

interface Asked {
  ask: Poll;
  resolve: (polled: Polled | null) => void;
  reject: (error: unknown) => void;
}

/** Uncapped, Lua's unpack limit ended a batch of thousands. */
const pollsPerScript = 128;
const pollScript = script<Replies>('poll');
let turn: Asked[] = [];

/**
 * Reads one person's view together with all others that are asked for in this turn of the event loop: one
 * script serves them all.
 * @returns null when there is no view
 */
export function readInTurn(ask: Poll): Promise<Polled | null> {
  return new Promise((resolve, reject) => {
    if (turn.length === 0) setImmediate(flush);
    turn.push({ ask, resolve, reject });
  });
}

function flush(): void {
  const all = turn;
  turn = [];
  const pools = new Map<string, Asked[]>();
  for (const asked of all) {
    const some = pools.get(asked.ask.pool);
    if (some) some.push(asked);
    else pools.set(asked.ask.pool, [asked]);
  }
  for (const [pool, asked] of pools)
    for (let from = 0; from < asked.length; from += pollsPerScript)
      void answer(pool, asked.slice(from, from + pollsPerScript));
}

async function answer(pool: string, asked: Asked[]): Promise<void> {
  // Kept until the reply: meanwhile another request of the same person may have brought a newer one.
  const known = asked.map(({ ask }) => atHand.get(ask.userId));
  try {
    const scriptKeys = [keys.presence(pool), keys.waiting(pool), keys.poolFacts(pool)];
    const nowMs = clock.ms();
    const hereSinceMs = nowMs - rules.onlineWithinSeconds * 1000;
    const scriptArguments: (string | number)[] = [`${nowMs} ${rules.mailboxPageBytes} ${hereSinceMs}`];
    const mailboxes: string[] = [];
    for (const [index, { ask }] of asked.entries()) {
      scriptKeys.push(keys.view(pool, ask.userId));
      scriptArguments.push(wordsOf(ask, known[index]));
      if (ask.mailbox) mailboxes.push(keys.mailbox(pool, ask.mailbox.roundId, ask.userId));
    }
    scriptKeys.push(...mailboxes);
    const [size, estimate, ...replies] = await pollScript(scriptKeys, scriptArguments);
    const queue: Queue = { size, estimatedWaitSeconds: estimate === '' ? null : Number(estimate) };
    asked.forEach(({ ask, resolve }, index) =>
      resolve(readFrom(ask, replies[index] ?? null, known[index], queue)),
    );
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

/** A poll as the script reads it: few long arguments cost both sides less than many short ones. */
const wordsOf = ({ arrived, seen, mailbox }: Poll, known: AtHand | undefined): string =>
  `${arrived ? 1 : 0} ${known?.version ?? '-'} ${seen ?? '-'} ${mailbox ? wordsOfCursor(mailbox.after) : '-'}`;

const wordsOfCursor = (after: Cursor | null): string =>
  after ? `${after.seq + 1} ${after.generation}` : '0 -';

type Replies = [size: number, estimate: string, ...(Reply | number | null)[]];

type Reply = [
  place: number,
  version: number,
  view: string | null,
  body: string | null,
  notice: number,
  mail: null | [generation?: string, from?: number, ...signals: string[]],
];

interface Queue {
  size: number;
  estimatedWaitSeconds: number | null;
}

/** Instead of a place: there is none, and the mailbox is as its reader knows it. */
const quiet = -2;

function readFrom(
  { userId, mailbox }: Poll,
  reply: Reply | number | null,
  known: AtHand | undefined,
  queue: Queue,
): Polled | null {
  if (reply === null) return null;
  const isShort = typeof reply === 'number';
  const { view, body } = isShort ? asKnown(known) : readOnce(userId, reply, known);
  const said = isShort ? reply : reply[0];
  const nobodyNew = said <= -3;
  const place = nobodyNew ? -3 - said : said;
  // One literal, no spread: this runs for every poll.
  return {
    view,
    body,
    place: place < 0 ? null : place,
    queueSize: Math.max(queue.size, place + 1),
    estimatedWaitSeconds: queue.estimatedWaitSeconds,
    nobodyNew,
    tells: !isShort && reply[4] === 2,
    noticeSeen: !isShort && reply[4] === 1,
    mail: isShort ? asRead(reply, mailbox?.after) : mailIn(reply),
  };
}

const asRead = (reply: number, after: Cursor | null | undefined): Polled['mail'] =>
  reply === quiet && after ? { generation: after.generation, from: after.seq, signals: [] } : null;

const mailIn = ([, , , , , mail]: Reply): Polled['mail'] =>
  mail && { generation: mail[0] ?? null, from: mail[1] ?? 0, signals: mail.slice(2) as string[] };

/**
 * The views read last, so that one that has not changed is neither sent nor parsed again: a version's view
 * never changes. The oldest leave first.
 */
const atHand = new Map<string, AtHand>();
const mostAtHand = 50_000;

interface AtHand {
  version: number;
  view: View;
  body: ViewBody;
}

function readOnce(userId: string, reply: Reply, known: AtHand | undefined): AtHand {
  const [, version, view, body] = reply;
  if (view === null || body === null) return asKnown(known, version);
  const read = { version, view: JSON.parse(view) as View, body: JSON.parse(body) as ViewBody };
  atHand.delete(userId);
  if (atHand.size >= mostAtHand) atHand.delete(atHand.keys().next().value ?? '');
  atHand.set(userId, read);
  return read;
}

/** The script answers without a view only where it is the one at hand. */
function asKnown(known: AtHand | undefined, version = known?.version): AtHand {
  if (known && known.version === version) return known;
  throw new Problem('unavailable');
}
