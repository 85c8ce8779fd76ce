import { keys } from '#db/keys.ts';
import { openRedis } from '#db/redis.ts';
import { ring, ringAll } from './holders.ts';

let subscriber: ReturnType<typeof openRedis> | undefined;

/**
 * Subscribes this process to the wake-ups: one connection, for any number of held requests. After a
 * reconnection everybody is woken to read again, since wake-ups may have been missed meanwhile.
 */
export async function listenForWakes(): Promise<void> {
  if (subscriber) return;
  subscriber = openRedis();
  subscriber.on('message', (_channel, message: string) => ring(awakened(message)));
  subscriber.on('ready', ringAll);
  await subscriber.subscribe(keys.wake());
}

/** Ends the subscription. */
export function stopListeningForWakes(): void {
  subscriber?.disconnect();
  subscriber = undefined;
}

/** The user ids of a message `<pool> <user>:<version>:<in the pool> …`; see lua/publish.lua. */
const awakened = (message: string): string[] =>
  message
    .split(' ')
    .slice(1)
    .map((entry) => entry.slice(0, entry.indexOf(':')));
