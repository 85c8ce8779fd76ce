import type { Look } from './stats.ts';

/** As dots on the screen: 3 good, 2 fair, 1 poor, 0 nothing comes in. */
export type Dots = 0 | 1 | 2 | 3;

const overMs = 5_000;

/** Judges the last seconds of a call by delay and loss. */
export function createQuality() {
  let looks: { at: number; look: Look }[] = [];
  let rttSum = 0;
  let rtts = 0;

  return {
    /** @param at when, ms */
    note: (at: number, look: Look): Dots | null => {
      looks = [...looks.filter((one) => at - one.at <= overMs), { at, look }];
      if (look.rttMs !== null) {
        rttSum += look.rttMs;
        rtts += 1;
      }
      return look.rttMs === null ? null : dots(look.rttMs, lossBetween(looks[0]?.look ?? look, look));
    },
    /** A new connection counts from zero. */
    reset: () => {
      looks = [];
    },
    /** Of the whole call, for the house: mean delay, and loss of the present connection. */
    summary: (): { rtt_ms?: number; loss?: number; relayed?: boolean } => {
      const last = looks.at(-1)?.look;
      return {
        ...(rtts > 0 && { rtt_ms: Math.round(rttSum / rtts) }),
        ...(last && { loss: lossOf(last.packetsLost, last.packetsReceived) }),
        ...(typeof last?.relayed === 'boolean' && { relayed: last.relayed }),
      };
    },
  };
}

/** By round trip and share of packets lost: what conversation bears (ITU-T G.114 asks for 150 ms one way). */
export function dots(rttMs: number, loss: number): Dots {
  if (rttMs < 200 && loss < 0.02) return 3;
  if (rttMs < 400 && loss < 0.07) return 2;
  return 1;
}

const lossBetween = (from: Look, to: Look): number =>
  lossOf(to.packetsLost - from.packetsLost, to.packetsReceived - from.packetsReceived);

const lossOf = (lost: number, received: number): number =>
  lost > 0 && lost + received > 0 ? Math.min(1, lost / (lost + received)) : 0;
