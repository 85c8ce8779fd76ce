import type { Ledger, Visit } from './ledger.ts';

/** How long it took until people knew, in milliseconds. Only those count who hold their requests and were there. */
export interface Delays {
  /** From pressing Start to being told of the first match. */
  startToTold: number[];
  /** From the moment at which both of two were there until both were told. */
  bothTold: number[];
  /** From somebody's Skip or End until the partner was told. */
  partnerTold: number[];
  /** From a round's last instant until somebody was told that it was over. */
  clockTold: number[];
}

export function delays({ visits }: Pick<Ledger, 'visits'>): Delays {
  const held = visits.filter((visit) => visit.held && !visit.away);
  const pairs = new Map<string, Visit[]>();
  for (const visit of visits) pairs.set(visit.round, [...(pairs.get(visit.round) ?? []), visit]);
  return {
    startToTold: held.filter((visit) => visit.fresh).map((visit) => visit.toldMs - visit.waitingMs),
    bothTold: [...pairs.values()].flatMap(bothToldMs),
    partnerTold: [...pairs.values()].flatMap(([a, b]) =>
      a && b ? [...partnerToldMs(a, b), ...partnerToldMs(b, a)] : [],
    ),
    clockTold: held.map(latenessMs).filter((ms) => ms !== null),
  };
}

function bothToldMs([a, b]: Visit[]): number[] {
  if (!a?.held || !b?.held) return [];
  return [Math.max(a.toldMs, b.toldMs) - Math.max(a.thereMs, b.thereMs)];
}

function partnerToldMs(leaver: Visit, { held, away, did, overMs }: Visit): number[] {
  if (leaver.did !== 'skip' && leaver.did !== 'end') return [];
  if (!held || away || did !== null || overMs === null || overMs < leaver.didMs) return [];
  return [overMs - leaver.didMs];
}

/** How late somebody was told that the clock had ended their round; null when it did not, or they were not there. */
export function latenessMs({ held, away, did, endsMs, overMs }: Visit): number | null {
  if (!held || away || did !== null || endsMs === null || overMs === null || overMs < endsMs) return null;
  return overMs - endsMs;
}

/** The value below which so many percent of the values lie. */
export function percentile(values: readonly number[], percent: number): number | null {
  const inOrder = [...values].sort((a, b) => a - b);
  return inOrder[Math.min(inOrder.length - 1, Math.floor((inOrder.length * percent) / 100))] ?? null;
}
