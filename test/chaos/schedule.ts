import { generator, type Random } from '../bench/population.ts';

/** What may befall a house. */
export const kinds = [
  ...(['kill api', 'freeze api', 'roll api', 'kill worker', 'freeze worker', 'roll worker'] as const),
  ...(['kill leader', 'freeze leader'] as const),
  ...(['kill redis', 'freeze redis', 'empty redis'] as const),
  ...(['kill postgres', 'crash postgres', 'freeze postgres'] as const),
  ...(['reset connections', 'cut answers', 'slow answers'] as const),
] as const;
export type Kind = (typeof kinds)[number];

/** One fault: when it begins, how long it lasts, and which of several processes it befalls. */
export interface Fault {
  atMs: number;
  kind: Kind;
  lastsMs: number;
  which: number;
}

/** Shortest and longest, in ms: how long what was killed stays away, how long it goes on, or (rolls) may take. */
const lengths: Record<Kind, readonly [number, number]> = {
  'kill api': [300, 3_000],
  'freeze api': [500, 7_000],
  'roll api': [4_500, 4_500],
  'kill worker': [300, 4_000],
  'freeze worker': [500, 7_000],
  'roll worker': [2_500, 2_500],
  'kill leader': [300, 4_000],
  'freeze leader': [1_500, 6_000],
  'kill redis': [300, 3_000],
  'freeze redis': [500, 5_000],
  'empty redis': [0, 0],
  'kill postgres': [300, 2_000],
  'crash postgres': [0, 0],
  'freeze postgres': [500, 4_000],
  'reset connections': [0, 0],
  'cut answers': [1_000, 4_000],
  'slow answers': [2_000, 6_000],
};

const quietMs = 3_000;
const gapsMs = [400, 3_600] as const;

/**
 * The faults of a run, in order: the same for the same seed. Every kind comes once in each round of them, in an
 * order that is drawn; what befalls the same thing does not overlap, all else may.
 * @param lengthMs of the run; its first seconds are quiet, and it ends with everything healed
 * @param of the kinds that may happen
 * @param apartMs time between the end of one fault and the beginning of the next; 0: they overlap
 */
export function makeSchedule(
  seed: number,
  lengthMs: number,
  of: readonly Kind[] = kinds,
  apartMs = 0,
): Fault[] {
  const random = generator(seed);
  const faults: Fault[] = [];
  const freeFrom = new Map<string, number>();
  for (let atMs = quietMs, left: Kind[] = []; ;) {
    if (left.length === 0) left = shuffled(random, of);
    const kind = left.pop()!;
    const [shortest, longest] = lengths[kind];
    const lastsMs = Math.round(shortest + random() * (longest - shortest));
    const thing = befallen(kind);
    const from = Math.max(atMs, freeFrom.get(thing) ?? 0);
    if (from + lastsMs > lengthMs) return faults;
    faults.push({ atMs: Math.round(from), kind, lastsMs, which: Math.floor(random() * 2) });
    freeFrom.set(thing, from + lastsMs + recoveryMs);
    const gapMs = gapsMs[0] + random() * (gapsMs[1] - gapsMs[0]);
    atMs = apartMs > 0 ? from + lastsMs + apartMs : from + gapMs;
  }
}

/** A process that was started again needs this long until it can do anything. */
const recoveryMs = 2_500;

/** What a fault befalls, `worker` or `redis`; the leader is one of the workers. */
export function befallen(kind: Kind): string {
  const [, what = ''] = kind.split(' ');
  return what === 'leader' ? 'worker' : what;
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const left = [...list];
  return list.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
