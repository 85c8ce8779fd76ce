import { synchronizeClock } from '#db/postgres.ts';
import { log } from './log.ts';

const everyMs = 60_000;
const soonMs = 1_000;

/**
 * Measures this process's clock against Postgres's, now and every minute; while Postgres is away, every second.
 * @returns once it has been tried: a function that stops it
 */
export async function keepClock(): Promise<() => void> {
  let later: NodeJS.Timeout | undefined;
  let stopped = false;

  async function measure(): Promise<void> {
    const again = await synchronizeClock().then(
      () => everyMs,
      (err: unknown) => {
        log.warn({ err }, 'the clock was not measured against Postgres');
        return soonMs;
      },
    );
    if (!stopped) later = setTimeout(() => void measure(), again);
  }

  await measure();
  return () => {
    stopped = true;
    clearTimeout(later);
  };
}
