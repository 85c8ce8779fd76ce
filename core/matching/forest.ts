/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is below a size that is kept here */
import { eventQueue } from './eventQueue.ts';

/**
 * A graph with an arc in each direction of every edge: arcs 2k and 2k + 1 belong to edge k, `end` tells where an
 * arc leads, and the arcs that leave vertex v are `leaving[first[v]]` up to `leaving[first[v + 1]]`, exclusive.
 */
export interface Arcs {
  vertices: number;
  end: Int32Array;
  first: Int32Array;
  leaving: Int32Array;
  /** Twice the weight of each edge, so that halved distances stay whole. */
  twice: Float64Array;
}

export interface Forest {
  /** The arc from each vertex to its partner; -1: alone. */
  mate: Int32Array;
  /** The prices of the vertices, doubled, then those of the blossoms. */
  dual: Float64Array;
  /**
   * Finds a partner for a vertex that has none, or frees the one of whom the matching has least.
   * @param effort edges and vertices that may be looked at before it is left alone
   */
  grow(root: number, effort: number): void;
  /** The blossoms that remain: who is in each. */
  blossoms(): { members: number[]; dual: number }[];
}

const [free, outer, inner] = [0, 1, 2] as const;
const none: number[] = [];

/**
 * One alternating tree at a time, with blossoms and prices (Edmonds 1965; the labels and the rings after Galil
 * 1986 and van Rantwijk's mwmatching). What differs, and why: see maximumMatching.ts.
 *
 * Outer vertices are an even number of steps from the root, inner ones an odd number. While the tree grows, the
 * price of outer vertices falls and that of inner ones rises, both by `fallen`: stored is what does not change,
 * the price plus `fallen` for outer vertices and minus for inner ones, and the reverse for whole blossoms.
 */
export function createForest(arcs: Arcs): Forest {
  const { vertices: n, end, first, leaving, twice } = arcs;
  const mate = new Int32Array(n).fill(-1);
  const dual = new Float64Array(2 * n);
  // Vertices and blossoms share their numbers: a blossom is one of n up to 2n. `top` is the outermost around a vertex.
  const top = Int32Array.from({ length: n }, (_, v) => v);
  const parent = new Int32Array(2 * n).fill(-1);
  const base = Int32Array.from({ length: 2 * n }, (_, v) => (v < n ? v : -1));
  // A blossom is a ring of an odd number of children; link k is the arc from child k to child k + 1.
  const rings: number[][] = new Array<number[]>(2 * n).fill(none);
  const links: number[][] = new Array<number[]>(2 * n).fill(none);
  const spare = Array.from({ length: n }, (_, k) => 2 * n - 1 - k);

  const label = new Uint8Array(2 * n);
  // The arc by which the tree came to a vertex or blossom, turned round: it leads towards the root.
  const upward = new Int32Array(2 * n).fill(-1);
  const events = eventQueue();
  const unscanned: number[] = [];
  let tree: number[] = [];
  let fallen = 0;
  let work = 0;
  // The outer vertex whose price comes to zero first.
  let zeroAt = Infinity;
  let zero = -1;
  // The first event that reaches each free vertex or blossom: later ones need not be queued.
  const reachedAt = new Float64Array(2 * n).fill(Infinity);
  let reached: number[] = [];
  const mark = new Int32Array(2 * n);
  let walk = 0;

  return { mate, dual, grow, blossoms };

  function grow(root: number, effort: number) {
    fallen = 0;
    work = 0;
    zeroAt = Infinity;
    events.clear();
    makeOuter(top[root]!, -1);
    while (step() && work < effort);
    unscanned.length = 0;
    settle();
  }

  /** @returns false when the tree has found what it was grown for */
  function step(): boolean {
    for (let v = unscanned.pop(); v !== undefined; v = unscanned.pop()) scan(v);
    if (zeroAt <= events.nextAt()) {
      // A vertex that is worth nothing more to the matching than being alone gives its partner away.
      fallen = zeroAt;
      flip(zero, -1);
      return false;
    }
    fallen = events.nextAt();
    const event = events.take();
    if (event < 0) {
      const b = ~event;
      if (label[b] === inner && parent[b] === -1 && dual[b] === fallen) expand(b);
      return true;
    }
    const there = top[end[event]!]!;
    if (label[there] === inner || there === top[end[event ^ 1]!]) return true;
    // What was inner for a while and is free again is reached later than the queue first said.
    const slack = dual[end[event]!]! + dual[end[event ^ 1]!]! - twice[event >> 1]!;
    if (slack !== (label[there] === outer ? 2 * fallen : fallen)) return true;
    if (label[there] === outer) {
      shrink(event);
      return true;
    }
    if (mate[base[there]!] === -1) {
      flip(end[event ^ 1]!, event);
      if (there >= n) rotate(there, end[event]!);
      mate[end[event]!] = event ^ 1;
      return false;
    }
    makeInner(there, event ^ 1);
    const over = mate[base[there]!]!;
    makeOuter(top[end[over]!]!, over ^ 1);
    return true;
  }

  /** Queues what the edges of a new outer vertex will bring, by how far prices must fall until then. */
  function scan(v: number) {
    const here = top[v]!;
    const price = dual[v]!;
    work += first[v + 1]! - first[v]!;
    for (let k = first[v]!; k < first[v + 1]!; k++) {
      const arc = leaving[k]!;
      const w = end[arc]!;
      const there = top[w]!;
      if (here === there || label[there] === inner) continue;
      const slack = price + dual[w]! - twice[arc >> 1]!;
      if (label[there] === outer) events.add(slack / 2, arc);
      else queueReach(there, slack, arc);
    }
  }

  function queueReach(there: number, at: number, arc: number) {
    if (at >= reachedAt[there]!) return;
    reachedAt[there] = at;
    reached.push(there);
    if (at < zeroAt) events.add(at, arc);
  }

  function makeOuter(b: number, arc: number) {
    label[b] = outer;
    upward[b] = arc;
    tree.push(b);
    if (b >= n) dual[b]! -= fallen;
    eachVertex(b, (v) => {
      dual[v]! += fallen;
      meetOuter(v);
    });
  }

  function meetOuter(v: number) {
    unscanned.push(v);
    if (dual[v]! >= zeroAt) return;
    zeroAt = dual[v]!;
    zero = v;
  }

  function makeInner(b: number, arc: number) {
    label[b] = inner;
    upward[b] = arc;
    tree.push(b);
    if (b >= n) {
      dual[b]! += fallen;
      events.add(dual[b]!, ~b);
    }
    eachVertex(b, (v) => (dual[v]! -= fallen));
  }

  function eachVertex(b: number, visit: (v: number) => void) {
    work++;
    if (b < n) visit(b);
    else for (const child of rings[b]!) eachVertex(child, visit);
  }

  /** Exchanges partners from s up to the root; s gets the one at the end of the arc, or with -1 no partner. */
  function flip(s: number, arc: number) {
    for (;;) {
      const b = top[s]!;
      if (b >= n) rotate(b, s);
      mate[s] = arc;
      const up = upward[b]!;
      if (up === -1) return;
      const between = top[end[up]!]!;
      const over = upward[between]!;
      const t = end[over ^ 1]!;
      if (between >= n) rotate(between, t);
      mate[t] = over;
      s = end[over]!;
      arc = over ^ 1;
    }
  }

  /** Exchanges partners inside a blossom, so that vertex v becomes its base: the one matched outside. */
  function rotate(b: number, v: number) {
    let child = v;
    while (parent[child] !== b) child = parent[child]!;
    if (child >= n) rotate(child, v);
    const [ring, joined] = [rings[b]!, links[b]!];
    const from = ring.indexOf(child);
    const forward = from % 2 === 1;
    for (let k = from; forward ? k < ring.length : k > 0; k += forward ? 2 : -2) {
      const arc = forward ? joined[k + 1]! : joined[k - 2]! ^ 1;
      const near = ring[forward ? k + 1 : k - 1]!;
      const far = ring[forward ? (k + 2) % ring.length : k - 2]!;
      if (near >= n) rotate(near, end[arc ^ 1]!);
      if (far >= n) rotate(far, end[arc]!);
      mate[end[arc ^ 1]!] = arc;
      mate[end[arc]!] = arc ^ 1;
    }
    rings[b] = [...ring.slice(from), ...ring.slice(0, from)];
    links[b] = [...joined.slice(from), ...joined.slice(0, from)];
    base[b] = base[rings[b][0]!]!;
  }

  /** An edge joins two outer places: the odd ring through the branches to where they meet becomes one blossom. */
  function shrink(arc: number) {
    const [near, far] = [top[end[arc ^ 1]!]!, top[end[arc]!]!];
    const meeting = meetingOf(near, far);
    const b = spare.pop()!;
    const [ring, joined]: [number[], number[]] = [[], []];
    for (let x = near; x !== meeting; x = top[end[upward[x]!]!]!) {
      ring.push(x);
      joined.push(upward[x]! ^ 1);
    }
    ring.push(meeting);
    ring.reverse();
    joined.reverse().push(arc);
    for (let x = far; x !== meeting; x = top[end[upward[x]!]!]!) {
      ring.push(x);
      joined.push(upward[x]!);
    }
    rings[b] = ring;
    links[b] = joined;
    base[b] = base[meeting]!;
    label[b] = outer;
    upward[b] = upward[meeting]!;
    dual[b] = -fallen;
    tree.push(b);
    for (const child of ring) enclose(child, b);
  }

  function enclose(child: number, b: number) {
    const wasInner = label[child] === inner;
    parent[child] = b;
    label[child] = free;
    if (child >= n) dual[child]! += wasInner ? -fallen : fallen;
    eachVertex(child, (v) => {
      top[v] = b;
      if (!wasInner) return;
      dual[v]! += 2 * fallen;
      meetOuter(v);
    });
  }

  function meetingOf(a: number, b: number): number {
    walk++;
    for (;;) {
      if (a !== -1) {
        if (mark[a] === walk) return a;
        mark[a] = walk;
        const up = upward[a]!;
        a = up === -1 ? -1 : top[end[upward[top[end[up]!]!]!]!]!;
      }
      [a, b] = [b, a];
    }
  }

  /** An inner blossom whose price has come to zero falls apart; the even way round it stays in the tree. */
  function expand(b: number) {
    const [ring, joined] = [rings[b]!, links[b]!];
    let arc = upward[b]!;
    eachVertex(b, (v) => (dual[v]! += fallen));
    for (const child of ring) release(child);
    label[b] = free;
    rings[b] = links[b] = none;
    spare.push(b);

    const from = ring.indexOf(top[end[arc ^ 1]!]!);
    const forward = from % 2 === 1;
    for (let k = from; forward ? k < ring.length : k > 0; k += forward ? 2 : -2) {
      makeInner(ring[k]!, arc);
      if (forward) makeOuter(ring[k + 1]!, joined[k]! ^ 1);
      else makeOuter(ring[k - 1]!, joined[k - 1]!);
      arc = forward ? joined[k + 1]! ^ 1 : joined[k - 2]!;
    }
    makeInner(ring[0]!, arc);
    for (const child of ring) if (label[child] === free) eachVertex(child, reachAgain);
  }

  function release(child: number) {
    parent[child] = -1;
    label[child] = free;
    reachedAt[child] = Infinity;
    eachVertex(child, (v) => (top[v] = child));
  }

  /** A vertex that is free again can be reached by the outer ones that were scanned before. */
  function reachAgain(w: number) {
    work += first[w + 1]! - first[w]!;
    for (let k = first[w]!; k < first[w + 1]!; k++) {
      const arc = leaving[k]!;
      const v = end[arc]!;
      if (label[top[v]!] === outer) queueReach(top[w]!, dual[v]! + dual[w]! - twice[arc >> 1]!, arc ^ 1);
    }
  }

  /** Takes the tree down: prices as they are now, no labels. */
  function settle() {
    for (const b of tree) {
      if (parent[b] !== -1 || label[b] === free) continue;
      const change = label[b] === outer ? -fallen : fallen;
      label[b] = free;
      if (b >= n) dual[b]! -= change;
      eachVertex(b, (v) => (dual[v]! += change));
    }
    tree = [];
    for (const b of reached) reachedAt[b] = Infinity;
    reached = [];
  }

  function blossoms() {
    const there = Array.from({ length: n }, (_, k) => n + k).filter((b) => rings[b] !== none);
    return there.map((b) => {
      const members: number[] = [];
      eachVertex(b, (v) => members.push(v));
      return { members, dual: dual[b]! };
    });
  }
}
