import { setTimeout as sleep } from 'node:timers/promises';

/** Does nothing for a while, or until it is cut short. */
export async function rest(ms: number, cut: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: cut }).catch(() => undefined);
}
