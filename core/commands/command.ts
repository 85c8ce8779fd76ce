import type { Needs } from '#core/store/facts.ts';
import { submit } from './batch.ts';
import { decide, type Rule } from './rule.ts';

/** A command: what its rule must see, and the rule. */
export interface Definition<Input, Answer> {
  /** Its name in metrics. */
  name: string;
  needs: (input: Input) => Needs;
  rule: Rule<Input, Answer>;
  /** `left`: the answer does not wait for views and jobs; a sweeper must not wait for a Redis that hangs. */
  effects?: 'awaited' | 'left';
  /** Goes before other commands that are waiting: a person leaves a call at once, however many begin at that moment. */
  urgent?: boolean;
}

/**
 * Makes a command: reads what it needs, applies its rule, and commits if nothing that it rests on has changed; otherwise
 * it reads and decides again. Commands of the same moment share both statements. It answers once the views of those whom
 * it moved are published, or could not be: then the sweeper publishes them.
 * @returns the command; it throws what its rule throws
 */
export const command =
  <Input, Answer>({
    name,
    needs,
    rule,
    effects = 'awaited',
    urgent = false,
  }: Definition<Input, Answer>): ((input: Input) => Promise<Answer>) =>
  (input) =>
    submit({
      name,
      needs: needs(input),
      decide: (facts, now) => decide(rule, facts, input, now),
      effects,
      urgent,
    });
