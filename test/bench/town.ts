import type { Person } from '#core/matching/compatibility.ts';
import { type Crowd, createCrowd } from '#core/matching/crowd.ts';
import { generator } from './population.ts';
import { createWitness } from './sound.ts';

interface Town {
  people: readonly Person[];
  /** First arrivals a second, until all have come once. */
  perSecond: number;
  /** Mean length of a call, after which both come back; Infinity: they do not. */
  callSeconds: number;
  /** How many pairs, or how long a time, until it ends; by default when all have come once. */
  until?: { pairs?: number; seconds?: number };
  /** Who waits from the beginning. */
  standing?: readonly Person[];
  hold?: boolean;
  waveEveryMs?: number;
}

export interface Lived {
  pairs: number;
  seconds: number;
  scores: number[];
  /** From coming to being decided, seconds; the computing of the wave is part of it. */
  waits: number[];
  womensWaits: number[];
  /** All who have come, in that order, once each; empty if they come back. */
  came: Person[];
  waveMs: number[];
  left: Person[];
  nowMs: number;
  arrivals: number;
}

const startMs = 1_000_000;

/** The processor's time that this process has had, ms: what others do on the machine is not counted. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * People who come, are paired, talk and come back, in a time that is simulated but in which a wave takes as long as
 * it really took. Whoever has met does not meet again. Every pair is checked.
 */
export function live(town: Town, crowd: Crowd = createCrowd()): Lived {
  const random = generator(17);
  const witness = createWitness();
  const every = town.waveEveryMs ?? 50;
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const due = createAgenda(every);
  const waiting = new Map<string, Person>();
  const met = new Map<string, Set<string>>();
  let atMs = startMs;
  for (const person of town.people) due.add((atMs += exponential(1000 / town.perSecond)), person);
  const allCameMs = atMs;

  const lived: Lived = {
    pairs: 0,
    seconds: 0,
    scores: [],
    waits: [],
    womensWaits: [],
    came: [],
    waveMs: [],
    left: [],
    nowMs: startMs,
    arrivals: 0,
  };
  for (const person of town.standing ?? []) enter(person, startMs - 1000);
  let nowMs = startMs;
  while (!over()) {
    nowMs += every;
    for (const { person, atMs } of due.until(nowMs)) {
      enter(person, atMs);
      lived.arrivals++;
    }
    const before = cpuMs();
    const { pairs } = crowd.wave({ nowMs, hold: town.hold ?? true });
    const tookMs = cpuMs() - before;
    lived.waveMs.push(tookMs);
    for (const { a, b, compatibility } of pairs) {
      witness.see(a, b, nowMs, (person) => waiting.delete(person.userId));
      lived.scores.push(compatibility.score);
      const backMs = nowMs + exponential(1000 * town.callSeconds);
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        // prettier-ignore
        const seconds = (nowMs + tookMs - one.waitingSinceMs) / 1000;
        lived.waits.push(seconds);
        if (one.gender === 'woman') lived.womensWaits.push(seconds);
        if (backMs < Infinity) due.add(backMs, returning(one, other));
      }
    }
    nowMs += Math.max(0, tookMs - every);
  }
  return {
    ...lived,
    pairs: witness.pairs(),
    seconds: (nowMs - startMs) / 1000,
    left: [...waiting.values()],
    nowMs,
  };

  function over(): boolean {
    if (town.until?.pairs !== undefined) return witness.pairs() >= town.until.pairs;
    return (
      nowMs >= (town.until?.seconds === undefined ? allCameMs + 2000 : startMs + 1000 * town.until.seconds)
    );
  }

  function enter(person: Person, waitingSinceMs: number) {
    const arrived = { ...person, waitingSinceMs };
    waiting.set(person.userId, arrived);
    crowd.put(arrived);
    if (town.callSeconds === Infinity) lived.came.push(arrived);
  }

  function returning(person: Person, other: Person): Person {
    let avoid = met.get(person.userId);
    if (!avoid) met.set(person.userId, (avoid = new Set(person.avoid)));
    avoid.add(other.userId);
    return { ...person, avoid };
  }
}

/** Who comes when, in slices of time. */
function createAgenda(sliceMs: number) {
  const slices = new Map<number, { person: Person; atMs: number }[]>();
  let next = Math.floor(startMs / sliceMs);
  return {
    add(atMs: number, person: Person) {
      const key = Math.max(next, Math.floor(atMs / sliceMs));
      const slice = slices.get(key);
      if (slice) slice.push({ person, atMs });
      else slices.set(key, [{ person, atMs }]);
    },
    until(nowMs: number) {
      const found: { person: Person; atMs: number }[] = [];
      for (; next * sliceMs < nowMs; next++) {
        found.push(...(slices.get(next) ?? []));
        slices.delete(next);
      }
      return found.sort((a, b) => a.atMs - b.atMs);
    },
  };
}
