/** Whether media comes in; `nothing`: none has come yet, so none can be missed. */
export interface Stall {
  phase: 'nothing' | 'flowing' | 'stalled';
  bytes: number;
  /** When bytes last came in, ms. */
  flowedAt: number;
  lookedAt: number;
  /** When a new way was last asked for; null in this stall not yet. */
  restartedAt: number | null;
  restarts: number;
}

/** What to do about it: say so, ask for a new way, begin anew from scratch, or say that all is well again. */
export type StallAction = 'none' | 'stalled' | 'restart' | 'rebuild' | 'recovered';

export const noStall: Stall = {
  phase: 'nothing',
  bytes: 0,
  flowedAt: 0,
  lookedAt: 0,
  restartedAt: null,
  restarts: 0,
};

const stalledAfterMs = 1_000;
const restartAfterMs = 2_000;
const restartAgainAfterMs = 4_000;
const restartsBeforeRebuild = 3;
const asleepAfterMs = 3_000;

/**
 * Judges by one more look. The browser's own `connectionState` took 17 s to notice what bytes tell after one.
 * A page that was asleep has looked at nothing meanwhile, so that time does not count.
 * @param look when, ms, how many bytes have come in so far, and whether the partner sends anything
 */
export function judge(
  before: Stall,
  look: { at: number; bytes: number; expected: boolean },
): { stall: Stall; action: StallAction } {
  const { at, bytes } = look;
  const slept = before.lookedAt > 0 && at - before.lookedAt > asleepAfterMs ? at - before.lookedAt : 0;
  const stall = { ...before, bytes, lookedAt: at, flowedAt: before.flowedAt + slept };
  if (bytes > before.bytes || !look.expected) {
    const flowing: Stall = {
      ...noStall,
      phase: bytes > 0 ? 'flowing' : 'nothing',
      bytes,
      flowedAt: at,
      lookedAt: at,
    };
    return { stall: flowing, action: before.phase === 'stalled' ? 'recovered' : 'none' };
  }
  if (before.phase === 'nothing') return { stall, action: 'none' };
  const quietMs = at - stall.flowedAt;
  if (before.phase === 'flowing')
    return quietMs >= stalledAfterMs
      ? { stall: { ...stall, phase: 'stalled' }, action: 'stalled' }
      : { stall, action: 'none' };
  const due =
    stall.restartedAt === null ? quietMs >= restartAfterMs : at - stall.restartedAt >= restartAgainAfterMs;
  if (!due) return { stall, action: 'none' };
  const action = stall.restarts >= restartsBeforeRebuild ? 'rebuild' : 'restart';
  return { stall: { ...stall, restartedAt: at, restarts: stall.restarts + 1 }, action };
}
