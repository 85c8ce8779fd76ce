import type { Kind } from './schedule.ts';

/** A fault as it happened: when it began, and when what it befell was whole again, ms since the epoch. */
export interface Happened {
  kind: Kind;
  /** Its kind, and what exactly it befell. */
  what: string;
  fromMs: number;
  untilMs: number;
  /** Until when it stopped all pairing; null: it only delays what people are told. */
  noPairingUntilMs: number | null;
}

/** A time during which two people who fit were both there, and not yet told of a match. */
export interface PairWait {
  who: readonly [string, string];
  fromMs: number;
  /** When one of them was paired. */
  unpairedUntilMs: number;
  /** When both had been told, or one of them was paired with another person or no longer there. */
  untilMs: number;
  /** Whether they were told of each other. */
  told: boolean;
}

/** What is said of the waits of a run. */
export interface WaitsJudged {
  /** From both there to both told of each other, ms. */
  toldMs: number[];
  /** A sentence for each long wait, the longest first. */
  long: string[];
  /** A sentence for each wait that no fault explains. */
  unexplained: string[];
}

/** From here on a wait is long, and the report names it. */
const longMs = 2_000;
/** So long after its end a fault may still be the reason that people wait. */
export const aftermathMs = 5_000;
/** How long two who fit may wait while no fault lasts or has just ended. */
const mostCalmMs = 1_000;

/**
 * Judges how long people who fit waited for each other. A fault explains a wait while it lasts and for five seconds after
 * its end; the time until one of the two is paired is explained only by faults that stop pairing. What no fault explains
 * of a wait must not be longer than a second, and a long wait follows at least one fault.
 * @param paceMs what this machine took for everything at that time: so much later are people there, and told
 */
export function judgeWaits(
  waits: readonly PairWait[],
  faults: readonly Happened[],
  paceMs: (wait: PairWait) => number,
): WaitsJudged {
  const long = waits.filter((wait) => lengthOf(wait) > longMs);
  const unexplained = waits.filter(
    (wait) =>
      calmMs(wait, faults) > mostCalmMs + paceMs(wait) ||
      (lengthOf(wait) > longMs + paceMs(wait) && faultsOf(wait, faults).length === 0),
  );
  return {
    toldMs: waits.filter(({ told }) => told).map(lengthOf),
    long: oncePerPerson(long).map((wait) => `${sentenceOf(wait)}: ${namesOf(faultsOf(wait, faults), wait)}`),
    unexplained: oncePerPerson(unexplained).map(
      (wait) =>
        `${sentenceOf(wait)}, ${Math.round(calmMs(wait, faults))} ms of it without a fault: ${namesOf(faultsOf(wait, faults), wait)}`,
    ),
  };
}

const lengthOf = ({ fromMs, untilMs }: PairWait): number => untilMs - fromMs;

/** The faults that a wait follows: they lasted during it, or ended in the five seconds before its end. */
const faultsOf = (wait: PairWait, faults: readonly Happened[]): Happened[] =>
  faults.filter(
    (fault) =>
      isBetween(fault, wait.unpairedUntilMs, wait.untilMs) ||
      stopsOf([fault]).some((stop) => isBetween(stop, wait.fromMs, wait.untilMs)),
  );

const isBetween = (fault: Stretch, fromMs: number, untilMs: number): boolean =>
  fromMs < untilMs && fault.fromMs < untilMs && fault.untilMs > Math.min(fromMs, untilMs - aftermathMs);

interface Stretch {
  fromMs: number;
  untilMs: number;
}

/** The times during which pairing was stopped. */
const stopsOf = (faults: readonly Happened[]): Stretch[] =>
  faults.flatMap(({ fromMs, noPairingUntilMs }) =>
    noPairingUntilMs === null ? [] : [{ fromMs, untilMs: noPairingUntilMs }],
  );

/** How much of a wait passed while no fault that explains it lasted or had ended in the last five seconds. */
const calmMs = ({ fromMs, unpairedUntilMs, untilMs }: PairWait, faults: readonly Happened[]): number =>
  uncovered(fromMs, unpairedUntilMs, stopsOf(faults)) + uncovered(unpairedUntilMs, untilMs, faults);

function uncovered(fromMs: number, untilMs: number, faults: readonly Stretch[]): number {
  let calm = 0;
  let atMs = fromMs;
  for (const fault of [...faults].sort((a, b) => a.fromMs - b.fromMs)) {
    calm += Math.max(0, Math.min(fault.fromMs, untilMs) - atMs);
    atMs = Math.max(atMs, fault.untilMs + aftermathMs);
  }
  return calm + Math.max(0, untilMs - atMs);
}

/** The longest first; of several that one person had at the same time only the longest is told. */
function oncePerPerson(waits: readonly PairWait[]): PairWait[] {
  const chosen: PairWait[] = [];
  const byPerson = new Map<string, PairWait[]>();
  for (const wait of [...waits].sort((a, b) => lengthOf(b) - lengthOf(a))) {
    const others = wait.who.flatMap((who) => byPerson.get(who) ?? []);
    if (others.some(({ fromMs, untilMs }) => fromMs < wait.untilMs && wait.fromMs < untilMs)) continue;
    chosen.push(wait);
    for (const who of wait.who) byPerson.set(who, [...(byPerson.get(who) ?? []), wait]);
  }
  return chosen;
}

function sentenceOf({ who: [a, b], fromMs, untilMs, told }: PairWait): string {
  const [from, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString().slice(11, 23));
  const how = told ? 'were told of each other after' : 'waited, unpaired, for';
  return `${a} and ${b} ${how} ${Math.round(untilMs - fromMs)} ms, from ${from} to ${until}`;
}

function namesOf(faults: readonly Happened[], { untilMs }: PairWait): string {
  const names = faults.map(
    (fault) =>
      `${fault.what} for ${((fault.untilMs - fault.fromMs) / 1000).toFixed(1)} s${
        fault.untilMs < untilMs ? ` until ${((untilMs - fault.untilMs) / 1000).toFixed(1)} s before` : ''
      }`,
  );
  return names.join(', ') || 'no fault';
}
