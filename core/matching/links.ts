/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */

export interface Links {
  /**
   * Remembers that two could meet, in both lists, where it is among the best.
   * @param score of the pair
   * @param worthToA what b is worth among the links of a; and the other way round
   */
  join(a: number, b: number, score: number, worthToA: number, worthToB: number): void;
  /** Whether join would change anything. */
  wants(a: number, b: number, worthToA: number, worthToB: number): boolean;
  holds(a: number, b: number): boolean;
  clear(a: number): void;
  /** Visits the links of a to those who are still there. */
  each(a: number, visit: (b: number, score: number) => void): void;
  /** How many such links a has. */
  living(a: number): number;
}

/**
 * The best few possible partners of each person in the pool.
 * @param most links a person
 * @param ticketOf tells whether a slot still holds the same person
 */
export function createLinks(most: number, ticketOf: (slot: number) => number): Links {
  let capacity = 1024;
  let to = new Int32Array(capacity * most);
  let ticket = new Float64Array(capacity * most);
  let score = new Float32Array(capacity * most);
  let worth = new Float64Array(capacity * most);
  let count = new Uint8Array(capacity);
  // The least worth in a full list: what a newcomer must exceed.
  let bar = new Float64Array(capacity).fill(-Infinity);

  return {
    join(a, b, points, worthToA, worthToB) {
      insert(a, b, points, worthToA);
      insert(b, a, points, worthToB);
    },
    wants: (a, b, worthToA, worthToB) => worthToA > (bar[a] ?? -Infinity) || worthToB > (bar[b] ?? -Infinity),
    holds: (a, b) => holds(a, b),
    clear(a) {
      if (a >= capacity) return;
      count[a] = 0;
      bar[a] = -Infinity;
    },
    each(a, visit) {
      const first = a * most;
      const living = prune(a);
      for (let k = first; k < first + living; k++) visit(to[k]!, score[k]!);
    },
    living: prune,
  };

  /** Drops the links to those who have gone. @returns how many stay */
  function prune(a: number): number {
    if (a >= capacity) return 0;
    const first = a * most;
    let living = 0;
    for (let k = first; k < first + count[a]!; k++) {
      if (ticketOf(to[k]!) !== ticket[k]) continue;
      if (k !== first + living) move(k, first + living);
      living++;
    }
    if (living < count[a]!) {
      count[a] = living;
      bar[a] = -Infinity;
    }
    return living;
  }

  function insert(a: number, b: number, points: number, value: number) {
    if (a >= capacity) grow(a);
    if (value <= bar[a]!) return;
    const first = a * most;
    const end = first + count[a]!;
    if (holds(a, b)) return;
    let place = end;
    if (count[a] === most) place = least(first, end);
    else count[a]!++;
    to[place] = b;
    ticket[place] = ticketOf(b);
    score[place] = points;
    worth[place] = value;
    if (count[a] === most) bar[a] = worth[least(first, first + most)]!;
  }

  function holds(a: number, b: number): boolean {
    const first = a * most;
    for (let k = first; k < first + count[a]!; k++) if (to[k] === b && ticket[k] === ticketOf(b)) return true;
    return false;
  }

  function least(first: number, end: number): number {
    let at = first;
    for (let k = first + 1; k < end; k++) if (worth[k]! < worth[at]!) at = k;
    return at;
  }

  function move(from: number, place: number) {
    to[place] = to[from]!;
    ticket[place] = ticket[from]!;
    score[place] = score[from]!;
    worth[place] = worth[from]!;
  }

  function grow(a: number) {
    while (capacity <= a) capacity *= 2;
    to = copied(to, new Int32Array(capacity * most));
    ticket = copied(ticket, new Float64Array(capacity * most));
    score = copied(score, new Float32Array(capacity * most));
    worth = copied(worth, new Float64Array(capacity * most));
    count = copied(count, new Uint8Array(capacity));
    bar = copied(bar, new Float64Array(capacity).fill(-Infinity));
  }
}

function copied<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}
