import { appendFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { Event } from './parallel/events.ts';
import { needIn } from './needs.ts';

const {
  EVENT_RUN_END,
  EVENT_SUITE_BEGIN,
  EVENT_SUITE_END,
  EVENT_TEST_BEGIN,
  EVENT_TEST_FAIL,
  EVENT_TEST_PASS,
  EVENT_TEST_PENDING,
} = Mocha.Runner.constants;

/**
 * Like `spec`, then one line that says what was skipped because this machine lacks a program, and a plain last line
 * for people and machines: `N passed, N failed, N skipped`. With TEST_EVENTS, a file, it also writes down there what
 * happens, as it happens: the runner of all tests reads that, also after a crash.
 */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const needs: string[] = [];
    runner.on(EVENT_TEST_PENDING, (test) => {
      const need = needIn(test.fullTitle());
      if (need !== undefined) needs.push(need);
    });
    // After the report of the parent class, whose listener for the end was registered first.
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      process.stdout.write(closingLines(passes, failures, pending, needs));
    });
    const { TEST_EVENTS } = process.env;
    delete process.env.TEST_EVENTS; // a Mocha that a test starts is another run
    if (TEST_EVENTS) writeEvents(runner, TEST_EVENTS);
  }
}

/** The last lines of a test run. @param needs one for each test that was skipped for lack of a program */
export function closingLines(passed: number, failed: number, skipped: number, needs: string[]): string {
  const lacks = [...new Set(needs)].join(', and of ');
  const lacking = needs.length > 0 ? `${needs.length} skipped for lack of ${lacks}\n` : '';
  return `${lacking}${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}

function writeEvents(runner: Mocha.Runner, file: string): void {
  const write = (event: Event) => appendFileSync(file, `${JSON.stringify(event)}\n`);
  const fileOf = ({ file = '' }: { file?: string }) => path.relative(process.cwd(), file);
  let began = 0;
  runner.on(EVENT_SUITE_BEGIN, (suite) => {
    if (suite.parent?.root) began = performance.now();
  });
  runner.on(EVENT_SUITE_END, (suite) => {
    if (suite.parent?.root) write({ kind: 'suite', file: fileOf(suite), ms: performance.now() - began });
  });
  runner.on(EVENT_TEST_BEGIN, (test) =>
    write({ kind: 'begin', title: test.fullTitle(), file: fileOf(test) }),
  );
  runner.on(EVENT_TEST_PASS, () => write({ kind: 'pass' }));
  runner.on(EVENT_TEST_FAIL, (test) => write({ kind: 'fail', title: test.fullTitle(), file: fileOf(test) }));
  runner.on(EVENT_TEST_PENDING, (test) => write({ kind: 'skip', need: needIn(test.fullTitle()) }));
  runner.once(EVENT_RUN_END, () => write({ kind: 'end' }));
}
