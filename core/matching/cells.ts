/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */
import { type Gender, genders } from '#core/rules.ts';
import type { Person } from './compatibility.ts';
import { type Place, placeOf, squaredChord, squaredChordOf } from './geo.ts';

/** Where to look for whom: the people of a pool by group, region, age and topic. */
export interface Cells {
  add(slot: number, person: Person, topics: readonly number[]): void;
  /** Puts a person at the end of the queue, in which `oldest` begins at the front. */
  enqueue(slot: number, person: Person): void;
  remove(slot: number, person: Person, topics: readonly number[]): void;
  /** A number that those near in place and age have in common, or nearly. */
  whereabouts(person: Person): number;
  /** How many there are whose gender, wishes and mode fit. */
  fitting(person: Person): number;
  /** Visits a share of them: those who have been here longest. */
  oldest(person: Person, share: number, visit: Visit): void;
  /**
   * Visits up to `most` of those who hold a topic, from a share of the list on: those who came in one multitude stand
   * in it as they live, so that the share of their own place finds neighbours. @returns how many were new
   */
  holding(person: Person, topic: number, from: number, most: number, visit: Visit): number;
  /**
   * Visits cell after cell, near regions first, in each the nearest ages, until `most` were new. What is left out
   * is beyond the person's limits of age or distance. @returns how many were new
   */
  nearest(person: Person, most: number, visit: Visit): number;
}

/** @returns whether this one is new to the visitor */
export type Visit = (slot: number) => boolean;

/** Those of one gender, with the same wishes and mode: whole groups fit each other or do not. */
interface Group {
  gender: number;
  wants: number;
  modes: number;
  /** In the order of their coming. */
  members: Set<number>;
  /** By region, then by band of ages. */
  regions: Map<number, number[][]>;
  topics: Map<number, number[]>;
}

/** Geohash cells of three characters, 156 km wide at most; number 0 is nowhere. */
interface Region {
  place: Place | null;
  /** The nearest regions, itself first; null: to be found anew. */
  around: number[] | null;
}

const bandYears = 5;
const oldestBand = 30;
const regionLength = 3;
const regionRadiusKm = 111;
// In order of distance; those farther away are looked at in any order.
const mostAround = 64;
// More than any squared chord: a place that is not known.
const beyond = 5;

export function createCells(): Cells {
  const groups: Group[] = [];
  const groupNumbers = new Map<number, number>();
  let fits: Group[][] = [];
  const regions: Region[] = [{ place: null, around: null }];
  const regionNumbers = new Map([['', 0]]);
  const bandOrders = new Map<number, number[]>();

  return {
    add(slot, person, topics) {
      const group = groups[groupOf(person)]!;
      cellOf(group, person).push(slot);
      for (const topic of topics) listIn(group.topics, topic).push(slot);
    },
    enqueue: (slot, person) => void groups[groupOf(person)]!.members.add(slot),
    remove(slot, person, topics) {
      const group = groups[groupOf(person)]!;
      group.members.delete(slot);
      drop(cellOf(group, person), slot);
      for (const topic of topics) drop(listIn(group.topics, topic), slot);
    },
    whereabouts: (person) => regionOf(person.cell) * (oldestBand + 1) + bandOf(person.age),
    fitting: (person) => fitting(person).reduce((sum, group) => sum + group.members.size, 0),
    oldest(person, share, visit) {
      for (const { members } of fitting(person)) {
        let left = Math.ceil(share * members.size);
        for (const slot of members) {
          if (left-- <= 0) break;
          visit(slot);
        }
      }
    },
    holding(person, topic, from, most, visit) {
      let found = 0;
      for (const group of fitting(person)) {
        const holders = group.topics.get(topic) ?? nobody;
        const count = Math.min(most - found, holders.length);
        let k = Math.max(0, Math.floor(from * holders.length - count / 2));
        for (let left = count; left > 0; left--) {
          if (k >= holders.length) k = 0;
          if (visit(holders[k++]!)) found++;
        }
      }
      return found;
    },
    nearest(person, most, visit) {
      let found = 0;
      const bands = bandsOf(person);
      const near = regions[regionOf(person.cell)]!;
      near.around ??= lookAround(near.place);
      for (const region of near.around) {
        for (const group of fitting(person)) if (look(group.regions.get(region), region)) return found;
      }
      for (const group of fitting(person)) {
        for (const [region, cells] of group.regions) if (look(cells, region)) return found;
      }
      return found;

      function look(cells: number[][] | undefined, region: number): boolean {
        if (!cells || !withinReach(person, region)) return false;
        for (const band of bands) {
          for (const slot of cells[band] ?? nobody) if (visit(slot) && ++found === most) return true;
        }
        return false;
      }
    },
  };

  function fitting(person: Person): Group[] {
    return fits[groupOf(person)]!;
  }

  function groupOf(person: Person): number {
    const gender = 1 << genders.indexOf(person.gender);
    const wants = wantsOf(person.genders);
    const modes = person.mode === 'both' ? 3 : person.mode === 'video' ? 1 : 2;
    const key = gender | (wants << 4) | (modes << 8);
    const known = groupNumbers.get(key);
    if (known !== undefined) return known;
    groupNumbers.set(key, groups.length);
    groups.push({ gender, wants, modes, members: new Set(), regions: new Map(), topics: new Map() });
    fits = groups.map((a) =>
      groups.filter((b) => a.wants & b.gender && b.wants & a.gender && a.modes & b.modes),
    );
    return groups.length - 1;
  }

  function cellOf(group: Group, person: Person): number[] {
    const region = regionOf(person.cell);
    let cells = group.regions.get(region);
    if (!cells) group.regions.set(region, (cells = []));
    return (cells[bandOf(person.age)] ??= []);
  }

  function regionOf(cell: string | null): number {
    const key = (cell ?? '').slice(0, regionLength).toLowerCase();
    const known = regionNumbers.get(key);
    if (known !== undefined) return known;
    regionNumbers.set(key, regions.length);
    for (const region of regions) region.around = null;
    regions.push({ place: placeOf(key), around: null });
    return regions.length - 1;
  }

  function lookAround(here: Place | null): number[] {
    const far = regions.map(({ place }) => (here && place ? squaredChord(here, place) : beyond));
    const order = regions.map((_, number) => number).sort((a, b) => far[a]! - far[b]! || a - b);
    return order.slice(0, mostAround);
  }

  function withinReach(person: Person, region: number): boolean {
    if (person.maxDistanceKm === null) return true;
    const [here, there] = [placeOf(person.cell), regions[region]!.place];
    if (!here || !there) return false;
    return squaredChord(here, there) <= squaredChordOf(person.maxDistanceKm + regionRadiusKm);
  }

  /** The bands that the person accepts, nearest to their own age first. */
  function bandsOf(person: Person): readonly number[] {
    const [low, high, own] = [bandOf(person.minAge), bandOf(person.maxAge), bandOf(person.age)];
    const key = (low * (oldestBand + 1) + high) * (oldestBand + 1) + own;
    let bands = bandOrders.get(key);
    if (!bands) {
      bands = Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => low + k);
      bands.sort((a, b) => Math.abs(a - own) - Math.abs(b - own));
      bandOrders.set(key, bands);
    }
    return bands;
  }
}

const nobody: readonly number[] = [];

function wantsOf(wishes: readonly Gender[]): number {
  if (wishes.length === 0) return (1 << genders.length) - 1;
  return wishes.reduce((mask, gender) => mask | (1 << genders.indexOf(gender)), 0);
}

function bandOf(age: number): number {
  return Math.min(oldestBand, Math.max(0, Math.floor(age / bandYears)));
}

function listIn(lists: Map<number, number[]>, key: number): number[] {
  let list = lists.get(key);
  if (!list) lists.set(key, (list = []));
  return list;
}

/** The others keep their order: longest here first. */
function drop(list: number[], slot: number) {
  list.splice(list.indexOf(slot), 1);
}
