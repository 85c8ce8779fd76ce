const held = new Set<() => void>();
let leaving = false;
let active = false;

/** Whether this process has been asked to stop. */
export const draining = {
  /** Asked to stop: not ready any more, and connections are not kept. */
  isActive: (): boolean => leaving,

  /** Tells load balancers to choose other processes; this one still serves. */
  announce(): void {
    leaving = true;
  },

  /**
   * Calls `answer` when this process begins to stop, at once if it already does: a held request answers then.
   * @returns forgets it again; call it when the request is over
   */
  onDrain(answer: () => void): () => void {
    if (active) answer();
    else held.add(answer);
    return () => void held.delete(answer);
  },

  /** Held requests are answered now, and none is held from here on. */
  begin(): void {
    leaving = true;
    active = true;
    for (const answer of held) answer();
    held.clear();
  },

  /** Tests only: the process serves again. */
  reset(): void {
    leaving = false;
    active = false;
  },
};
