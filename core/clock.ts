let offsetMs = 0;
let movedMs = 0;
let stoppedMs: number | undefined;
const samples = 5;

/**
 * The one clock of the product: this process's time corrected by its measured offset from Postgres.
 * SQL never reads a clock of its own; it is given this instant as a parameter, so tests move one clock.
 */
export const clock = {
  /** The current instant. */
  now: (): Date => new Date(clock.ms()),

  /** The current instant in milliseconds since the epoch. */
  ms: (): number => (stoppedMs ?? Date.now()) + offsetMs + movedMs,

  /** An instant `seconds` before (negative) or after `from`. */
  after: (seconds: number, from: Date = clock.now()): Date => new Date(from.getTime() + seconds * 1000),

  /**
   * Measures the offset from Postgres's clock, halving the round trip (Cristian's algorithm). Of several round
   * trips the fastest counts: a single one, measured while two processes start, put them 170 ms apart.
   * @param readPostgresMs returns Postgres's clock in milliseconds since the epoch
   */
  async synchronize(readPostgresMs: () => Promise<number>): Promise<void> {
    let fastestMs = Infinity;
    for (let sample = 0; sample < samples; sample += 1) {
      const before = Date.now();
      const postgresMs = await readPostgresMs();
      const after = Date.now();
      if (after - before >= fastestMs) continue;
      fastestMs = after - before;
      offsetMs = Math.round(postgresMs - (before + after) / 2);
    }
  },

  /** Tests only: moves the clock by `ms`. */
  advance(ms: number): void {
    movedMs += ms;
  },

  /** Tests only: from now on nothing but `advance` moves it. */
  stop(): void {
    stoppedMs ??= Date.now();
  },

  /** Tests only: undoes every `advance`, and lets it run. */
  reset(): void {
    movedMs = 0;
    stoppedMs = undefined;
  },
};
