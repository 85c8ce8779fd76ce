import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';

/**
 * Answers from Redis what was worked out in the last `seconds`, and works it out otherwise. Without Redis it is
 * worked out. Dates come back as ISO 8601, as they would on the wire.
 * @param name of what it is; with `asked` it is the key
 */
export async function cached<T extends object>(
  name: string,
  asked: object,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const key = keys.answer(name, JSON.stringify(asked));
  const known = await redis.get(key).catch(() => null);
  if (known !== null) return JSON.parse(known) as T; // as it was written below, by the same name
  const answer = await work();
  await redis.set(key, JSON.stringify(answer), 'EX', seconds).catch(() => undefined);
  return answer;
}
