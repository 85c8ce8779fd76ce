import { keys } from '#db/keys.ts';
import { script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { acknowledge, comeBack } from './acknowledge.ts';
import { publish } from './publish.ts';
import type { View, ViewBody } from './view.ts';
import { whenDue } from './due.ts';

/** A poll: whose, and what they say that they know. */
export interface Poll {
  userId: string;
  /** Where their view is kept; when it is not there, Postgres says where it is. */
  pool: string;
  /** A request that has just come in (a sign of life), or one that is being held? */
  arrived: boolean;
  /** The `state_version` that the person says they have seen; null: a plain script, which says nothing. */
  seen: number | null;
  /** The mailbox to read along, and how many of its signals the reader has; null: those since they joined. */
  mailbox?: { roundId: string; after: number | null };
}

/** What a poll found. */
export interface Polled {
  view: View;
  body: ViewBody;
  /** Place in the queue from 0, or null outside it. */
  place: number | null;
  queueSize: number;
  estimatedWaitSeconds: number | null;
  /** A notice is being told by this answer, so the answer must not be held. */
  tells: boolean;
  /** The mailbox that was asked for; `generation` is null when nobody has opened it (or Redis was emptied). */
  mail: { generation: string | null; from: number; signals: string[] } | null;
}

const stepsBeforeAnswer = 5;

/**
 * Reads one person's view in one Redis round trip, as a sign of life. Off the normal path it first does what
 * the clock, a seen notice or a return asks for: then it reads again.
 * @throws `unauthenticated` when the account is gone; an ioredis error when Redis does not answer
 */
export async function poll(ask: Poll): Promise<Polled> {
  let at = ask;
  for (let step = 0; step <= stepsBeforeAnswer; step += 1) {
    const reply = await enqueue(at);
    if (reply === null) {
      at = { ...ask, pool: await readThrough(ask.userId) };
      continue;
    }
    const polled = polledFrom(reply);
    if (!(await settleFirst(ask, polled, reply[3] === 1))) return polled;
  }
  throw new Problem('unavailable');
}

/** A missing view is rebuilt from Postgres; says in which pool it belongs. */
async function readThrough(userId: string): Promise<string> {
  const [view] = await publish([userId]);
  if (!view) throw new Problem('unauthenticated', 'This account no longer exists');
  return view.pool;
}

/** What has to happen before this poll can be answered truthfully; true when something did. */
async function settleFirst(ask: Poll, { view }: Polled, noticeSeen: boolean): Promise<boolean> {
  if (await whenDue(view, clock.ms())) return true;
  if (noticeSeen) return acknowledge(ask.userId, ask.seen ?? view.notice_version);
  if (view.parked && ask.arrived && view.notice_version === 0) return comeBack(ask.userId);
  return false;
}

type Reply = [
  version: number,
  view: string,
  body: string,
  notice: number,
  place: number,
  size: number,
  estimate: string,
  mail: null | [generation?: string, from?: number, ...signals: string[]],
];

function polledFrom([, view, body, notice, place, queueSize, estimate, mail]: Reply): Polled {
  return {
    view: JSON.parse(view) as View,
    body: JSON.parse(body) as ViewBody,
    place: place < 0 ? null : place,
    queueSize,
    estimatedWaitSeconds: estimate === '' ? null : Number(estimate),
    tells: notice === 2,
    mail: mail && { generation: mail[0] ?? null, from: mail[1] ?? 0, signals: mail.slice(2) as string[] },
  };
}

interface Asked {
  ask: Poll;
  resolve: (reply: Reply | null) => void;
  reject: (error: unknown) => void;
}

/** Uncapped, Lua's unpack limit ended a batch of thousands. */
const pollsPerScript = 128;
const pollScript = script<(Reply | null)[]>('poll');
let turn: Asked[] = [];

/** Collects the polls of one turn of the event loop: one script serves them all. */
function enqueue(ask: Poll): Promise<Reply | null> {
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
  try {
    const replies = await pollScript(
      [keys.presence(pool), keys.waiting(pool), keys.poolFacts(pool), ...asked.flatMap(({ ask }) => keysOf(pool, ask))],
      [clock.ms(), ...asked.flatMap(({ ask }) => argumentsOf(ask))],
    );
    asked.forEach(({ resolve }, index) => resolve(replies[index] ?? null));
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

function keysOf(pool: string, { userId, mailbox }: Poll): string[] {
  const view = keys.view(pool, userId);
  return [view, mailbox ? keys.mailbox(pool, mailbox.roundId, userId) : view];
}

const argumentsOf = ({ userId, arrived, seen, mailbox }: Poll): (string | number)[] => [
  userId,
  arrived ? 1 : 0,
  seen ?? '',
  mailbox ? (mailbox.after ?? '') : '-',
];
