import Mocha from 'mocha';
import { needIn } from './needs.ts';

/**
 * Like `spec`, then one line that says what was skipped because this machine lacks a program, and a plain last line
 * for people and machines: `N passed, N failed, N skipped`.
 */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const needs = new Set<string>();
    let lacking = 0;
    runner.on(Mocha.Runner.constants.EVENT_TEST_PENDING, (test) => {
      const need = needIn(test.fullTitle());
      if (need === undefined) return;
      needs.add(need);
      lacking += 1;
    });
    // After the report of the parent class, whose listener for the end was registered first.
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (lacking > 0)
        process.stdout.write(`${lacking} skipped for lack of ${[...needs].join(', and of ')}\n`);
      const skipped = pending > 0 ? `, ${pending} skipped` : '';
      process.stdout.write(`${passes} passed, ${failures} failed${skipped}\n`);
    });
  }
}
