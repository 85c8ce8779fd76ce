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
   * Measures the offset from Postgres's clock. Each round trip says between what it lies (Cristian 1989), several
   * together say it better (Marzullo 1984), and an offset that may be the true one is kept: halving one round trip
   * put two processes of the same machine 170 ms apart while they were starting.
   * @param readPostgresMs returns Postgres's clock in milliseconds since the epoch
   */
  async synchronize(readPostgresMs: () => Promise<number>): Promise<void> {
    let least = -Infinity;
    let most = Infinity;
    for (let sample = 0; sample < samples; sample += 1) {
      const before = Date.now();
      const postgresMs = await readPostgresMs();
      least = Math.max(least, postgresMs - (Date.now() + 1)); // Date.now() leaves out what is below a millisecond
      most = Math.min(most, postgresMs - before);
    }
    if (offsetMs < least || offsetMs > most) offsetMs = Math.round((least + most) / 2);
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
