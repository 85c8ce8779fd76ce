import { keys } from '#db/keys.ts';
import { script } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

/** A person whose request this process holds, and what they have been read to know. */
export interface Holder {
  userId: string;
  pool: string;
  version: number;
  /** Entries in the mailbox being read along; null: none is. */
  mailbox: { roundId: string; entries: number } | null;
  /** Says that there may be news. */
  ring: () => void;
  /** Answers the request with what it knows: its owner holds too many. */
  release: () => void;
}

const byUser = new Map<string, Set<Holder>>();

/** Everybody is in the slice of the moment at which they came: a slice is looked at each tenth of a second. */
const sliceMs = 100;
const slices = Array.from(
  { length: (rules.holdersRereadEverySeconds * 1000) / sliceMs },
  () => new Set<Holder>(),
);
let current = 0;
let ticking: NodeJS.Timeout | undefined;

/**
 * Registers a held request; register first and read afterwards, or a wake-up is lost. A person holds
 * `rules.heldRequestsPerPerson` at most: one more answers their oldest.
 * @returns a function that takes the registration back
 */
export function register(holder: Holder): () => void {
  const slice = slices[current];
  const mine = byUser.get(holder.userId);
  if (mine && mine.size >= rules.heldRequestsPerPerson) releaseOldest(mine);
  if (mine) mine.add(holder);
  else byUser.set(holder.userId, new Set([holder]));
  slice?.add(holder);
  ticking ??= setInterval(() => void tick(), sliceMs).unref();
  return () => {
    slice?.delete(holder);
    const left = byUser.get(holder.userId);
    left?.delete(holder);
    if (left?.size === 0) byUser.delete(holder.userId);
  };
}

/** A set keeps its order: the first that has not been released yet is the oldest. */
function releaseOldest(mine: ReadonlySet<Holder>): void {
  for (const holder of [...mine].slice(0, mine.size + 1 - rules.heldRequestsPerPerson)) holder.release();
}

/** Rings the held requests of these people. */
export function ring(userIds: Iterable<string>): void {
  for (const userId of userIds) for (const holder of [...(byUser.get(userId) ?? [])]) holder.ring();
}

/** Rings everybody: wake-ups may have been missed. */
export const ringAll = (): void => ring([...byUser.keys()]);

/** How many people of this process hold a request. */
export const holders = (): number => byUser.size;

const holdersPerScript = 250;
const holdScript = script<number[]>('hold');

/** Looks after one slice: an open request is the heartbeat, and a wake-up that was lost costs two seconds. */
async function tick(): Promise<void> {
  current = (current + 1) % slices.length;
  const pools = new Map<string, Holder[]>();
  for (const holder of slices[current] ?? []) {
    const some = pools.get(holder.pool);
    if (some) some.push(holder);
    else pools.set(holder.pool, [holder]);
  }
  for (const [pool, some] of pools)
    for (let from = 0; from < some.length; from += holdersPerScript)
      await look(pool, some.slice(from, from + holdersPerScript));
}

async function look(pool: string, some: Holder[]): Promise<void> {
  try {
    const news = await holdScript(
      [keys.presence(pool), ...some.flatMap(keysOf)],
      [clock.ms(), ...some.flatMap(known)],
    );
    for (const number of news) some[number - 1]?.ring();
  } catch {
    for (const holder of some) holder.ring(); // they read for themselves, and answer 503
  }
}

function keysOf({ userId, pool, mailbox }: Holder): string[] {
  const view = keys.view(pool, userId);
  return [view, mailbox ? keys.mailbox(pool, mailbox.roundId, userId) : view];
}

const known = ({ userId, version, mailbox }: Holder): (string | number)[] => [
  userId,
  version,
  mailbox ? mailbox.entries : -1,
];
