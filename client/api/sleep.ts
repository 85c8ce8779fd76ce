import { onPage } from '../page.ts';

/**
 * Waits; shorter when the network comes back meanwhile, since that is what most waits are for.
 * @returns also when `signal` is aborted: whoever waits looks at it
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      forget();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const forget = onPage('online', done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}

/**
 * How long to wait before a request is tried again: doubling from 150 ms to 4 s, with jitter so that a thousand
 * clients of a server that came back do not come back together.
 * @param failures in a row, from 1
 * @param atLeastMs what the server asked for
 */
export function backoffMs(failures: number, atLeastMs = 0, random: () => number = Math.random): number {
  const full = Math.min(4000, 150 * 2 ** Math.min(failures - 1, 10));
  return atLeastMs + full * (0.5 + random() / 2);
}
