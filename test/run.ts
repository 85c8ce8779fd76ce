import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildClientIfStale } from '../bin/buildClient.ts';
import type { Result } from './parallel/events.ts';
import { startMocha, type MochaProcess } from './parallel/mochaProcess.ts';
import { findTests, next, plan, readDurations, type Share } from './parallel/plan.ts';
import { closingLines } from './reporter.ts';

// `npm test`: every test, in as many processes as there are cores, each with PostgreSQL, Redis and databases of its own.
// `npm test -- rounds api/polls`: those whose path contains one of these words.
// `npm test -- --record`: also writes down how long each file took, by which the next run shares them out.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean', default: false } },
});
const processes = Number(process.env.TEST_PROCESSES ?? Math.max(1, os.availableParallelism()));
const silentMs = Number(process.env.TEST_SILENCE_SECONDS ?? 400) * 1000; // the longest timeout of a test is 300 s
const slowest = 10;

const files = findTests(positionals);
if (files.length === 0) throw new Error(`No test file has a path with ${positionals.join(' or ')}`);
if (files.some((file) => file.includes('browser'))) await buildClientIfStale(); // once, before anything needs it
const waiting = plan(files, readDurations());
const running = new Map<Share, MochaProcess>();
const results: Result[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const one of running.values()) one.kill();
    process.exit(1);
  });

await Promise.all(Array.from({ length: processes }, lane));
const again = processes > 1 ? await runAlone() : [];
report();

/**
 * Runs the files that failed beside others once more, by themselves: tests of what must happen soon can fail because the
 * cores were busy. What fails alone has failed; what passes alone is listed at the end.
 */
async function runAlone(): Promise<string[]> {
  const failed = results.filter(({ failures }) => failures.length > 0);
  for (const result of failed) {
    process.stdout.write(`\nOnce more, alone:\n${result.failures.map((line) => `  ${line}\n`).join('')}`);
    const mocha = startMocha(result.files, { SLACK: process.env.SLACK ?? '3' }, silentMs);
    const { result: alone, output } = await mocha.ended;
    process.stdout.write(output);
    results.splice(results.indexOf(result), 1, alone);
  }
  return failed.flatMap(({ failures }) => failures);
}

/** Takes one share after the other; ends when what is left must wait for another lane, which then takes it. */
async function lane(): Promise<void> {
  for (let share = take(); share !== undefined; share = take()) {
    const began = performance.now();
    const slack = processes > 1 ? { SLACK: process.env.SLACK ?? '3' } : {}; // others use the cores too
    const mocha = startMocha(share.files, slack, silentMs);
    running.set(share, mocha);
    const { result, output } = await mocha.ended;
    running.delete(share);
    results.push(result);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(`\n${share.files.join(' ')} (${seconds} s)\n${output}`);
  }
}

function take(): Share | undefined {
  const share = next(waiting, new Set(running.keys()));
  if (share) waiting.splice(waiting.indexOf(share), 1);
  return share;
}

function report(): void {
  const took = results.flatMap((result) => [...result.took]).sort(([, a], [, b]) => b - a);
  if (values.record) record(took);
  if (process.env.CI === 'true' || values.record) {
    process.stdout.write('\nThe slowest files:\n');
    for (const [file, ms] of took.slice(0, slowest))
      process.stdout.write(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`);
  }
  const failures = results.flatMap((result) => result.failures);
  if (again.length > 0)
    process.stdout.write(
      `\nFailed beside others, and run once more alone:\n${again.map((line) => `  ${line}\n`).join('')}`,
    );
  if (failures.length > 0)
    process.stdout.write(`\nFailed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
  const sum = (count: (result: Result) => number) => results.reduce((total, one) => total + count(one), 0);
  const needs = results.flatMap((result) => result.needs);
  process.stdout.write(
    `\n${closingLines(
      sum((one) => one.passed),
      failures.length,
      sum((one) => one.skipped),
      needs,
    )}`,
  );
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Rounded, so that the table changes only where a file does. */
function record(took: [string, number][]): void {
  const rounded = took.map(([file, ms]) => [file, Math.ceil(ms / 1000)] as const);
  const all = { ...readDurations(), ...Object.fromEntries(rounded) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(path.join('test', 'parallel', 'durations.json'), `${JSON.stringify(sorted, null, 2)}\n`);
}
