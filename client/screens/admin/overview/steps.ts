/** A row of figures at an instant. */
interface Point {
  at: string;
}

/** A row at its instant in milliseconds, as charts want it; null where nothing was counted. */
export type Step<Row> = { at: number; row: Row | null };

/**
 * One step for each `step` seconds of a time, whether there is a row for it or not.
 * @param step seconds
 */
export function everyStep<Row extends Point>(
  rows: readonly Row[],
  { start_time, end_time, step }: { start_time: string; end_time: string; step: number },
): Step<Row>[] {
  const ms = step * 1000;
  const floor = (instant: string) => Math.floor(Date.parse(instant) / ms) * ms;
  const byTime = new Map(rows.map((row) => [floor(row.at), row]));
  const [first, end] = [floor(start_time), Date.parse(end_time)];
  const length = Math.max(0, Math.ceil((end - first) / ms));
  return Array.from({ length }, (_, index) => {
    const at = first + index * ms;
    return { at, row: byTime.get(at) ?? null };
  });
}

const holeTimes = 6;

/**
 * The rows of a series that is counted more or less steadily, and a step without a row in the middle of each hole: of
 * each distance of more than six times the usual one (the median).
 */
export function withHoles<Row extends Point>(rows: readonly Row[]): Step<Row>[] {
  const steps = rows.map((row) => ({ at: Date.parse(row.at), row }));
  const distances = steps.slice(1).map(({ at }, index) => at - (steps[index]?.at ?? at));
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  return steps.flatMap((step, index) => {
    const distance = distances[index] ?? 0;
    return distance > holeTimes * usual ? [step, { at: step.at + distance / 2, row: null }] : [step];
  });
}

/**
 * Where a part of a time lies among its steps: all of them for null, or when the part has slid out of sight.
 * @param part milliseconds, both ends within it
 */
export function indexesOf(
  steps: readonly { at: number }[],
  part: { from: number; to: number } | null,
): { startIndex: number; endIndex: number } {
  const all = { startIndex: 0, endIndex: Math.max(0, steps.length - 1) };
  if (!part) return all;
  const startIndex = steps.findIndex(({ at }) => at >= part.from);
  const endIndex = steps.findLastIndex(({ at }) => at <= part.to);
  return startIndex < 0 || endIndex <= startIndex ? all : { startIndex, endIndex };
}
