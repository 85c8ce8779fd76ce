export interface EventQueue {
  /** When the next event is due; Infinity if there is none. */
  nextAt(): number;
  add(at: number, what: number): void;
  /** Removes the next event. @returns what it was */
  take(): number;
  clear(): void;
}

/** A binary heap of whole numbers by time, on growing typed arrays. */
export function eventQueue(): EventQueue {
  let size = 0;
  let times = new Float64Array(1024);
  let events = new Int32Array(1024);

  return {
    nextAt: () => (size === 0 ? Infinity : (times[0] ?? Infinity)),
    add(at, what) {
      if (size === times.length) extend();
      let i = size++;
      while (i > 0) {
        const above = (i - 1) >> 1;
        const t = times[above] ?? 0;
        if (t <= at) break;
        times[i] = t;
        events[i] = events[above] ?? 0;
        i = above;
      }
      times[i] = at;
      events[i] = what;
    },
    take() {
      const first = events[0] ?? 0;
      size--;
      sink(times[size] ?? 0, events[size] ?? 0);
      return first;
    },
    clear: () => void (size = 0),
  };

  function sink(at: number, what: number) {
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= size) break;
      if (below + 1 < size && (times[below + 1] ?? 0) < (times[below] ?? 0)) below++;
      const t = times[below] ?? 0;
      if (t >= at) break;
      times[i] = t;
      events[i] = events[below] ?? 0;
      i = below;
    }
    times[i] = at;
    events[i] = what;
  }

  function extend() {
    const [moreTimes, moreEvents] = [new Float64Array(2 * size), new Int32Array(2 * size)];
    moreTimes.set(times);
    moreEvents.set(events);
    times = moreTimes;
    events = moreEvents;
  }
}
