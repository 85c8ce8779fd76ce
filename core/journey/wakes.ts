import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';

type Waiter = () => void;
const waiters = new Map<string, Set<Waiter>>();
let subscriber: ReturnType<typeof openRedis> | undefined;

/**
 * Subscribes this process to the wake-ups: one connection, whatever the number of held requests. After a
 * reconnection everybody is woken to read again, since wake-ups may have been missed meanwhile.
 */
export async function listenForWakes(): Promise<void> {
  if (subscriber) return;
  subscriber = openRedis();
  subscriber.on('message', (_channel, message: string) => wakeAll(awakened(message)));
  subscriber.on('ready', () => wakeAll([...waiters.keys()]));
  await subscriber.subscribe(keys.wake());
}

/** Ends the subscription. */
export function stopListeningForWakes(): void {
  subscriber?.disconnect();
  subscriber = undefined;
}

/**
 * Registers somebody who holds a request; register first and read afterwards, or a wake-up is lost.
 * @returns a function that takes the registration back
 */
export function onWake(userId: string, waiter: Waiter): () => void {
  const mine = waiters.get(userId) ?? new Set();
  waiters.set(userId, mine.add(waiter));
  return () => {
    mine.delete(waiter);
    if (mine.size === 0 && waiters.get(userId) === mine) waiters.delete(userId);
  };
}

/** Wakes everybody of this process: the end of a drain, or a test. */
export const wakeEverybody = (): void => wakeAll([...waiters.keys()]);

/** How many people of this process hold a request. */
export const holders = (): number => waiters.size;

/** The user ids of a message `<pool> <user>:<version>:<in the pool> …`; see lua/publish.lua. */
const awakened = (message: string): string[] =>
  message
    .split(' ')
    .slice(1)
    .map((entry) => entry.slice(0, entry.indexOf(':')));

function wakeAll(userIds: string[]): void {
  for (const userId of userIds) for (const waiter of [...(waiters.get(userId) ?? [])]) waiter();
}
