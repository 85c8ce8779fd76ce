let offsetMs = 0;
let movedMs = 0;

/**
 * The one clock of the product: this process's time corrected by its measured offset from Postgres.
 * SQL never reads a clock of its own; it is given this instant as a parameter, so tests move one clock.
 */
export const clock = {
  /** The current instant. */
  now: (): Date => new Date(clock.ms()),

  /** The current instant in milliseconds since the epoch. */
  ms: (): number => Date.now() + offsetMs + movedMs,

  /** An instant `seconds` before (negative) or after `from`. */
  after: (seconds: number, from: Date = clock.now()): Date => new Date(from.getTime() + seconds * 1000),

  /**
   * Measures the offset from Postgres's clock, halving the round trip (Cristian's algorithm).
   * @param readPostgresMs returns Postgres's clock in milliseconds since the epoch
   */
  async synchronize(readPostgresMs: () => Promise<number>): Promise<void> {
    const before = Date.now();
    const postgresMs = await readPostgresMs();
    offsetMs = Math.round(postgresMs - (before + Date.now()) / 2);
  },

  /** Tests only: moves the clock by `ms`. */
  advance(ms: number): void {
    movedMs += ms;
  },

  /** Tests only: undoes every `advance`. */
  reset(): void {
    movedMs = 0;
  },
};
