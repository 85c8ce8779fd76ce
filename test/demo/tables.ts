import type { Evening } from './crowd.ts';
import { breaks } from './ledger.ts';

/**
 * Looks into the server's tables too, when DATABASE_URL and REDIS_URL say where they are. What was broken before
 * the crowd came (another length of rounds, say) is not held against it.
 * @returns what to call when the crowd is home
 */
export async function watchTables(env: NodeJS.ProcessEnv): Promise<(evening: Evening) => Promise<void>> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix = 'minuet' } = env;
  if (!databaseUrl || !redisUrl) return async () => undefined;
  const { checkInvariants, closeInvariants } = await import('../invariants.ts'); // which asks for a database
  const house = { databaseUrl, redisUrl, redisPrefix };
  const before = new Set((await checkInvariants(house)).map(kind));
  return async ({ ledger, lists }) => {
    const roundSeconds = secondsOf(lists);
    const found = await checkInvariants(house, { ...(roundSeconds && { roundSeconds }) });
    for (const sentence of found)
      if (!before.has(kind(sentence))) breaks(ledger, `in the tables: ${sentence}`);
    await closeInvariants();
  };
}

const kind = (sentence: string): string => sentence.split(':')[0] ?? '';

/** How long a round is on this server, as one that the clock ended tells. */
function secondsOf(lists: Evening['lists']): number | null {
  const whole = [...lists.values()].flat().find((listed) => listed.end_reason === 'clock');
  return whole?.duration_seconds ?? null;
}
