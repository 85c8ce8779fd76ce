const held = new Set<() => void>();
let active = false;

/** Whether this process has been asked to stop. */
export const draining = {
  isActive: (): boolean => active,

  /**
   * Calls `answer` when this process begins to stop, at once if it already does: a held request answers then.
   * @returns forgets it again; call it when the request is over
   */
  onDrain(answer: () => void): () => void {
    if (active) answer();
    else held.add(answer);
    return () => void held.delete(answer);
  },

  begin(): void {
    active = true;
    for (const answer of held) answer();
    held.clear();
  },

  /** Tests only: the process serves again. */
  reset(): void {
    active = false;
  },
};
