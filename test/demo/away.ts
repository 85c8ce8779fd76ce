import type { Scene } from './ask.ts';
import type { Visit } from './ledger.ts';
import { rest } from './rest.ts';

/** Does nothing at all for a while. Whoever is away hears of nothing in time. */
export async function beAway(
  scene: Scene,
  visit: Visit,
  how: 'vanished' | 'left',
  ms: number,
): Promise<void> {
  Object.assign(visit, { did: how, didMs: Date.now(), away: true });
  await rest(ms, scene.closing);
}
