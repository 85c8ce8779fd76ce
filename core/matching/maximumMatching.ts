import { type EventQueue, eventQueue } from './eventQueue.ts';

/** A graph with whole, non-negative weights: edge k joins `from[k]` and `to[k]`. */
export interface Graph {
  vertices: number;
  from: ArrayLike<number>;
  to: ArrayLike<number>;
  weight: ArrayLike<number>;
}

const free = 0;
const outer = 1; // S: even distance from the root
const inner = 2; // T

export function maximumMatching(graph: Graph): Int32Array {
  return solve(graph).mate;
}

export function solve(graph: Graph) {
  const n = graph.vertices;
  const m = graph.from.length;
  const end = new Int32Array(2 * m);
  const twice = new Float64Array(m);
  const first = new Int32Array(n + 1);
  for (let k = 0; k < m; k++) {
    end[2 * k] = graph.from[k]!;
    end[2 * k + 1] = graph.to[k]!;
    twice[k] = 2 * graph.weight[k]!;
    first[graph.from[k]! + 1]!++;
    first[graph.to[k]! + 1]!++;
  }
  for (let v = 0; v < n; v++) first[v + 1]! += first[v]!;
  const arcs = new Int32Array(2 * m); // arcs[first[v]..]: arcs p leaving v, end[p] = the other
  const fill = first.slice();
  for (let k = 0; k < m; k++) {
    arcs[fill[graph.from[k]!]!++] = 2 * k + 1;
    arcs[fill[graph.to[k]!]!++] = 2 * k;
  }

  const mate = new Int32Array(n).fill(-1); // arc to the partner
  const dual = new Float64Array(2 * n);
  const label = new Uint8Array(2 * n);
  const labelArc = new Int32Array(2 * n).fill(-1);
  const top = new Int32Array(n);
  const parent = new Int32Array(2 * n).fill(-1);
  const base = new Int32Array(2 * n).fill(-1);
  const children: number[][] = Array.from({ length: 2 * n }, () => none);
  const links: number[][] = Array.from({ length: 2 * n }, () => none);
  const spare: number[] = [];
  for (let v = 0; v < n; v++) {
    top[v] = v;
    base[v] = v;
    spare.push(2 * n - 1 - v);
  }
  const reach = new Float64Array(2 * n);
  const mark = new Int32Array(2 * n);
  reach.fill(Infinity);
  let stamp = 0;
  const queue: number[] = [];
  let touched: number[] = [];
  let tree: number[] = [];
  const events: EventQueue = eventQueue();
  let delta = 0;
  let zeroAt = Infinity;
  let zeroVertex = -1;
  const stats = { stages: 0, events: 0, blossoms: 0, expands: 0, scans: 0, roots: 0 };

  jumpStart();
  for (let v = 0; v < n; v++) {
    if (mate[v] !== -1 || dual[v]! <= 0) continue;
    stats.roots++;
    grow(v);
  }
  const partner = new Int32Array(n).fill(-1);
  for (let v = 0; v < n; v++) if (mate[v] !== -1) partner[v] = end[mate[v]!]!;
  return { mate: partner, dual, children, base, parent, stats };

  function jumpStart() {
    for (let v = 0; v < n; v++) {
      let most = 0;
      for (let a = first[v]!; a < first[v + 1]!; a++) most = Math.max(most, twice[arcs[a]! >> 1]!);
      dual[v] = most / 2;
    }
    for (let v = 0; v < n; v++) {
      if (mate[v] !== -1) continue;
      let least = 0;
      for (let a = first[v]!; a < first[v + 1]!; a++) {
        const p = arcs[a]!;
        least = Math.max(least, twice[p >> 1]! - dual[end[p]!]!);
      }
      dual[v] = least;
      for (let a = first[v]!; a < first[v + 1]!; a++) {
        const p = arcs[a]!;
        const w = end[p]!;
        if (mate[w] === -1 && dual[w]! + least === twice[p >> 1]!) {
          mate[v] = p;
          mate[w] = p ^ 1;
          break;
        }
      }
    }
  }

  function grow(root: number) {
    stats.stages++;
    delta = 0;
    zeroAt = Infinity;
    tree = [];
    queue.length = 0;
    events.clear();
    makeOuter(top[root]!, -1);
    for (;;) {
      while (queue.length > 0) scan(queue.pop()!);
      if (zeroAt <= events.nextAt()) {
        delta = zeroAt;
        flip(zeroVertex, -1);
        break;
      }
      delta = events.nextAt();
      const what = events.take();
      stats.events++;
      if (what < 0) {
        const b = ~what;
        if (label[b] === inner && parent[b] === -1 && dual[b] === delta) expand(b);
        continue;
      }
      const [v, w] = [end[what ^ 1]!, end[what]!];
      const [bv, bw] = [top[v]!, top[w]!];
      if (bv === bw || label[bw] === inner) continue;
      if (label[bw] === outer) {
        shrink(what);
        continue;
      }
      if (mate[base[bw]!] === -1) {
        flip(v, what);
        if (bw >= n) rotate(bw, w);
        mate[w] = what ^ 1;
        break;
      }
      makeInner(bw, what ^ 1);
      const toMate = mate[base[bw]!]!;
      makeOuter(top[end[toMate]!]!, toMate ^ 1);
    }
    settle();
  }

  function scan(v: number) {
    stats.scans++;
    const bv = top[v]!;
    const dv = dual[v]!;
    for (let a = first[v]!; a < first[v + 1]!; a++) {
      const p = arcs[a]!;
      const w = end[p]!;
      const bw = top[w]!;
      if (bv === bw) continue;
      const kind = label[bw]!;
      if (kind === inner) continue;
      const at = dv + dual[w]! - twice[p >> 1]!;
      if (kind === outer) events.add(at / 2, p);
      else if (at < reach[bw]!) {
        reach[bw] = at;
        if (at < zeroAt) events.add(at, p);
        touched.push(bw);
      }
    }
  }

  function makeOuter(b: number, arc: number) {
    label[b] = outer;
    labelArc[b] = arc;
    tree.push(b);
    if (b >= n) dual[b]! -= delta;
    eachLeaf(b, (v) => {
      dual[v]! += delta;
      addOuterVertex(v);
    });
  }

  function addOuterVertex(v: number) {
    queue.push(v);
    if (dual[v]! < zeroAt) {
      zeroAt = dual[v]!;
      zeroVertex = v;
    }
  }

  function makeInner(b: number, arc: number) {
    label[b] = inner;
    labelArc[b] = arc;
    tree.push(b);
    if (b >= n) {
      dual[b]! += delta;
      events.add(dual[b]!, ~b);
    }
    eachLeaf(b, (v) => (dual[v]! -= delta));
  }

  function eachLeaf(b: number, visit: (v: number) => void) {
    if (b < n) visit(b);
    else for (const child of children[b]!) eachLeaf(child, visit);
  }

  /** Makes s the end of the path to the root: arc matches s to something new, -1 leaves it alone. */
  function flip(s: number, arc: number) {
    for (;;) {
      const b = top[s]!;
      if (b >= n) rotate(b, s);
      mate[s] = arc;
      const up = labelArc[b]!;
      if (up === -1) return;
      const t = end[up]!;
      const bt = top[t]!;
      const over = labelArc[bt]!;
      s = end[over]!;
      const j = end[over ^ 1]!;
      if (bt >= n) rotate(bt, j);
      mate[j] = over;
      arc = over ^ 1;
    }
  }

  /** Rematches inside blossom b so that vertex v becomes its base. */
  function rotate(b: number, v: number) {
    let t = v;
    while (parent[t] !== b) t = parent[t]!;
    if (t >= n) rotate(t, v);
    const ring = children[b]!;
    const arcsOf = links[b]!;
    const i = ring.indexOf(t);
    const forward = (i & 1) === 1;
    const size = ring.length;
    for (let j = i; forward ? j < size : j > 0; ) {
      // link l joins child l to child l + 1; its arc points to child l + 1
      const p = forward ? arcsOf[j + 1]! : arcsOf[j - 2]! ^ 1;
      const [near, far] = forward ? [j + 1, (j + 2) % size] : [j - 1, j - 2];
      if (ring[near]! >= n) rotate(ring[near]!, end[p ^ 1]!);
      if (ring[far]! >= n) rotate(ring[far]!, end[p]!);
      mate[end[p ^ 1]!] = p;
      mate[end[p]!] = p ^ 1;
      j += forward ? 2 : -2;
    }
    children[b] = [...ring.slice(i), ...ring.slice(0, i)];
    links[b] = [...arcsOf.slice(i), ...arcsOf.slice(0, i)];
    base[b] = base[children[b]![0]!]!;
  }

  /** Both ends of the arc are outer: the odd ring through their meeting becomes one outer blossom. */
  function shrink(arc: number) {
    stats.blossoms++;
    const meeting = meet(top[end[arc ^ 1]!]!, top[end[arc]!]!);
    const b = spare.pop()!;
    const ring: number[] = [];
    const arcsOf: number[] = [];
    for (let x = top[end[arc ^ 1]!]!; x !== meeting; x = top[end[labelArc[x]!]!]!) {
      ring.push(x);
      arcsOf.push(labelArc[x]! ^ 1);
    }
    ring.push(meeting);
    ring.reverse();
    arcsOf.reverse();
    arcsOf.push(arc);
    for (let x = top[end[arc]!]!; x !== meeting; x = top[end[labelArc[x]!]!]!) {
      ring.push(x);
      arcsOf.push(labelArc[x]!);
    }
    children[b] = ring;
    links[b] = arcsOf;
    base[b] = base[meeting]!;
    parent[b] = -1;
    label[b] = outer;
    labelArc[b] = labelArc[meeting]!;
    dual[b] = -delta;
    tree.push(b);
    for (const child of ring) {
      parent[child] = b;
      const wasInner = label[child] === inner;
      label[child] = free;
      if (child >= n) dual[child]! += wasInner ? -delta : delta;
      eachLeaf(child, (v) => {
        top[v] = b;
        if (!wasInner) return;
        dual[v]! += 2 * delta;
        addOuterVertex(v);
      });
    }
  }

  function meet(a: number, b: number): number {
    stamp++;
    for (;;) {
      if (a !== -1) {
        if (mark[a] === stamp) return a;
        mark[a] = stamp;
        a = outerAbove(a);
      }
      [a, b] = [b, a];
    }
  }

  function outerAbove(b: number): number {
    const up = labelArc[b]!;
    if (up === -1) return -1;
    return top[end[labelArc[top[end[up]!]!]!]!]!;
  }

  /** An inner blossom whose dual has come to zero falls apart: the even way round stays in the tree. */
  function expand(b: number) {
    stats.expands++;
    const ring = children[b]!;
    const arcsOf = links[b]!;
    const size = ring.length;
    const entry = labelArc[b]!;
    eachLeaf(b, (v) => (dual[v]! += delta));
    for (const child of ring) {
      parent[child] = -1;
      label[child] = free;
      reach[child] = Infinity;
      eachLeaf(child, (v) => (top[v] = child));
    }
    label[b] = free;
    children[b] = none;
    links[b] = none;
    spare.push(b);

    const i = ring.indexOf(top[end[entry ^ 1]!]!);
    const forward = (i & 1) === 1;
    let j = i;
    let arc = entry;
    while (forward ? j < size : j > 0) {
      makeInner(ring[j]!, arc);
      const across = forward ? arcsOf[j]! : arcsOf[j - 1]! ^ 1;
      const outside = forward ? ring[j + 1]! : ring[j - 1]!;
      makeOuter(outside, across ^ 1);
      const next = forward ? arcsOf[j + 1]! : arcsOf[j - 2]! ^ 1;
      arc = next ^ 1;
      j += forward ? 2 : -2;
    }
    makeInner(ring[0]!, arc);
    for (const child of ring) if (label[child] === free) eachLeaf(child, rescan);
  }

  /** A vertex that is free again: its edges from outer vertices are events once more. */
  function rescan(w: number) {
    const bw = top[w]!;
    for (let a = first[w]!; a < first[w + 1]!; a++) {
      const p = arcs[a]!;
      const v = end[p]!;
      if (label[top[v]!] !== outer) continue;
      const at = dual[v]! + dual[w]! - twice[p >> 1]!;
      if (at >= reach[bw]!) continue;
      reach[bw] = at;
      touched.push(bw);
      events.add(at, p ^ 1);
    }
  }

  function settle() {
    for (const b of tree) {
      if (parent[b] !== -1 || label[b] === free) continue;
      const sign = label[b] === outer ? -delta : delta;
      label[b] = free;
      if (b >= n) dual[b]! -= sign;
      eachLeaf(b, (v) => (dual[v]! += sign));
    }
    for (const b of touched) reach[b] = Infinity;
    touched = [];
  }
}

const none: number[] = [];
