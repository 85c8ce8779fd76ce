import { readFileSync } from 'node:fs';

/** What a test process writes down as it happens, one JSON object on each line. */
export type Event =
  | { kind: 'begin' | 'fail'; title: string; file: string }
  | { kind: 'pass' | 'end' }
  | { kind: 'skip'; need: string | undefined }
  | { kind: 'suite'; file: string; ms: number };

/** What came of one test process. */
export interface Result {
  files: readonly string[];
  passed: number;
  skipped: number;
  /** Of the tests that were skipped because a program is missing: the program and how to install it. */
  needs: string[];
  /** A line for each failure. */
  failures: string[];
  /** How long each file took, in ms. */
  took: Map<string, number>;
}

/**
 * Reads what a test process has written down.
 * @param problem how the process ended when it did not end well, such as `exit code 1`
 */
export function readResult(file: string, problem: string | undefined, files: readonly string[]): Result {
  const result: Result = { files, passed: 0, skipped: 0, needs: [], failures: [], took: new Map() };
  let last = `before the first test of ${files.join(', ')}`;
  let isWhole = false;
  for (const event of eventsOf(file)) {
    if (event.kind === 'begin') last = `in ${event.file}: ${event.title}`;
    if (event.kind === 'pass') result.passed += 1;
    if (event.kind === 'fail') result.failures.push(`${event.file}: ${event.title}`);
    if (event.kind === 'skip') result.skipped += 1;
    if (event.kind === 'skip' && event.need !== undefined) result.needs.push(event.need);
    if (event.kind === 'suite') result.took.set(event.file, (result.took.get(event.file) ?? 0) + event.ms);
    if (event.kind === 'end') isWhole = true;
  }
  if (!isWhole) result.failures.push(`the process ended (${problem ?? 'too soon'}) ${last}`);
  else if (problem !== undefined && result.failures.length === 0)
    result.failures.push(`all passed, but the process ended with ${problem}: ${files.join(', ')}`);
  return result;
}

/** A process that was killed may have left half a line. */
function eventsOf(file: string): Event[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}
