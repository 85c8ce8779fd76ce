/**
 * A time that a person would not call slow, on this machine: CI's are shared and have no graphics. SLACK says how many
 * times slower than ours it may be.
 */
export const unhurried = (ms: number): number =>
  ms * Number(process.env.SLACK ?? (process.env.CI === 'true' ? 3 : 1));
