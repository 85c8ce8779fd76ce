import { rules } from '#core/rules.ts';
import { createCells } from './cells.ts';
import { type Compatibility, type Person, compatibility } from './compatibility.ts';
import { couples } from './couples.ts';
import { createFlow } from './flow.ts';
import { createLinks } from './links.ts';
import type { Rarity } from './rarity.ts';
import { createRoster } from './roster.ts';
import { createSearch } from './search.ts';

export interface Pair {
  a: Person;
  b: Person;
  compatibility: Compatibility;
}

export interface Instant {
  nowMs: number;
  /** How common topics are; by default as those present hold them. */
  rarity?: Rarity;
  relaxAfterSeconds?: number;
  /** false: everybody is decided now, and not held back for a better partner. Default true. */
  hold?: boolean;
}

export interface Wave {
  pairs: Pair[];
  /** When a wave could decide something although no person has come or gone; null: not before one does. */
  againAtMs: number | null;
}

/** The people who wait in one pool, as its leader keeps them between waves. Pure: time comes with each wave. */
export interface Crowd {
  /** A person comes, or anything about them has changed. */
  put: (person: Person) => void;
  /** A person goes, or has not been seen for too long. */
  remove: (userId: string) => void;
  has: (userId: string) => boolean;
  size: () => number;
  /** Decides who meets whom. They leave the crowd; those who were not told after all are put again. */
  wave: (at: Instant) => Wave;
}

/**
 * A crowd whose indexes live as long as it does: a wave searches for those who are new, and again for those whose
 * possible partners have all gone, and reads nothing else anew. For why, and for figures, see pairing.ts.
 */
export function createCrowd(): Crowd {
  const roster = createRoster();
  const cells = createCells();
  const links = createLinks(rules.matching.links, roster.ticket);
  const search = createSearch(roster, cells, links);
  const flow = createFlow();
  const slots = new Map<string, number>();
  const newcomers = new Map<string, Person>();
  const cooling = new Map<string, Person>();
  // Those who have not been compared with everybody, oldest first.
  const unfinished = new Set<number>();
  let usualScore = 100;

  return {
    put,
    remove,
    has: (userId) => slots.has(userId) || newcomers.has(userId) || cooling.has(userId),
    size: () => slots.size + newcomers.size + cooling.size,
    wave,
  };

  function put(person: Person) {
    remove(person.userId);
    newcomers.set(person.userId, person);
    flow.note(person.waitingSinceMs);
  }

  function remove(userId: string) {
    newcomers.delete(userId);
    cooling.delete(userId);
    const slot = slots.get(userId);
    if (slot === undefined) return;
    cells.remove(slot, roster.person(slot), roster.topicsOf(slot));
    roster.remove(slot);
    slots.delete(userId);
    unfinished.delete(slot);
  }

  function wave(at: Instant): Wave {
    const admitted = admit(at.nowMs, at.hold === false ? Infinity : newcomersPerWave);
    const rarity = roster.weigh(at.rarity);
    for (const slot of admitted) if (!search.around(slot)) unfinished.add(slot);
    const dryAtMs = at.hold === false ? null : flow.dryAtMs(at.nowMs);
    const pairs: Pair[] = [];
    let budget = at.hold === false ? Infinity : repeatsPerWave;
    do {
      budget -= searchAgain(budget);
      const found = decide(at, rarity, dryAtMs !== null);
      if (found.length === 0) break;
      for (const pair of found) leave(pair, pairs);
    } while (budget > 0 && dryAtMs === null);
    if (dryAtMs !== null) for (const pair of decidePatient(at.nowMs, rarity)) leave(pair, pairs);
    return { pairs, againAtMs: againAtMs(at.nowMs, dryAtMs) };
  }

  function leave(pair: Pair, pairs: Pair[]) {
    remove(pair.a.userId);
    remove(pair.b.userId);
    pairs.push(pair);
  }

  /** Takes in who has come and whose cooldown is over. @returns their slots */
  function admit(nowMs: number, most: number): number[] {
    for (const person of cooling.values())
      if (person.cooldownUntilMs <= nowMs) newcomers.set(person.userId, person);
    const arrived: Person[] = [];
    for (const person of newcomers.values()) {
      if (arrived.length === most) break;
      newcomers.delete(person.userId);
      cooling.delete(person.userId);
      if (person.cooldownUntilMs > nowMs) cooling.set(person.userId, person);
      else arrived.push(person);
    }
    const admitted = byWhereabouts(arrived).map(enter);
    for (const person of arrived) cells.enqueue(slots.get(person.userId) ?? -1, person);
    return admitted;
  }

  /**
   * Neighbours get slots beside each other, and are searched for one after another through nearly the same people,
   * who are still in the processor's cache: with 100,000 newcomers that halves the time.
   */
  function byWhereabouts(arrived: readonly Person[]): Person[] {
    const keys = new Map(arrived.map((person) => [person, cells.whereabouts(person)]));
    return [...arrived].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
  }

  function enter(person: Person): number {
    const slot = roster.add(person);
    slots.set(person.userId, slot);
    links.clear(slot);
    cells.add(slot, person, roster.topicsOf(slot));
    return slot;
  }

  /**
   * For those whose possible partners have all gone: once more around, and if no partner is found, everywhere.
   * @returns how many were looked at
   */
  function searchAgain(budget: number): number {
    let looked = 0;
    for (const slot of unfinished) {
      if (looked >= budget) break;
      if (links.living(slot) > 0) continue;
      looked += searchedAround;
      let finished = search.around(slot);
      if (links.living(slot) === 0 && !finished) {
        looked += search.everywhere(slot);
        finished = search.complete(slot);
      }
      if (finished) unfinished.delete(slot);
    }
    return looked;
  }

  /** The best couples; while newcomers are held, only those that cannot wait or need not. */
  function decide(at: Instant, rarity: Rarity, held: boolean): Pair[] {
    const relaxAfterSeconds = at.relaxAfterSeconds ?? rules.relaxAfterSeconds;
    const terms = { nowMs: at.nowMs, relaxAfterSeconds, final: !held };
    const pairs: Pair[] = [];
    for (const couple of couples(slots.values(), roster, links, terms)) {
      const [a, b] = [roster.person(couple.a), roster.person(couple.b)];
      if (held && !isDue(a, b, at.nowMs) && couple.score < contentAt * usualScore) continue;
      const fit = compatibility(a, b, rarity);
      if (fit) pairs.push({ a, b, compatibility: fit });
    }
    for (const { compatibility } of pairs) usualScore += (compatibility.score - usualScore) / usualOver;
    return pairs;
  }

  /**
   * A flow could keep two apart who each know a dozen better: not when both have waited so long. Those without
   * links need no look, for their lists name all whom they could meet.
   */
  function decidePatient(nowMs: number, rarity: Rarity): Pair[] {
    const sinceSeconds = nowMs / 1000 - rules.mutualWaitSeconds;
    const patient: Person[] = [];
    for (const slot of slots.values()) {
      if (roster.waitingSinceSeconds(slot) > sinceSeconds || links.living(slot) === 0) continue;
      if (patient.push(roster.person(slot)) === mostPatient) break;
    }
    const pairs: Pair[] = [];
    for (const [k, a] of patient.entries()) {
      for (let l = k + 1; l < patient.length; l++) {
        const b = patient[l];
        const fit = b && compatibility(a, b, rarity);
        if (!fit) continue;
        pairs.push({ a, b, compatibility: fit });
        patient.splice(l, 1);
        break;
      }
    }
    return pairs;
  }

  function againAtMs(nowMs: number, dryAtMs: number | null): number | null {
    if (newcomers.size > 0) return nowMs;
    if (dryAtMs !== null && slots.size > 0) return Math.min(dryAtMs, nowMs + rules.coalesceMs);
    let next = Infinity;
    for (const { cooldownUntilMs } of cooling.values()) next = Math.min(next, cooldownUntilMs);
    return next === Infinity ? null : next;
  }
}

function isDue(a: Person, b: Person, nowMs: number): boolean {
  return Math.min(a.waitingSinceMs, b.waitingSinceMs) <= nowMs - holdMs;
}

const { candidates, contentAt, holdMs, newcomersPerWave, repeatsPerWave, usualOver } = rules.matching;
const searchedAround = candidates.oldest + candidates.withTopics + candidates.nearest;
// All pairs of them are looked at: some milliseconds.
const mostPatient = 100;
