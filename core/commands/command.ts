import type { Changes } from '#core/store/commit.ts';
import type { Facts, Needs } from '#core/store/facts.ts';
import { submit } from './batch.ts';

/** A rule of the product: what it must see, and what it decides on that. Pure. */
export interface Definition<Input, Answer> {
  /** Its name in metrics. */
  name: string;
  needs: (input: Input) => Needs;
  /**
   * @param now the command's instant: never before what has happened to the people whom it needs
   * @throws Problem when the product forbids it
   */
  decide: (facts: Facts, input: Input, now: Date) => Decision<Answer>;
}

export interface Decision<Answer> {
  changes: Changes;
  answer: Answer;
}

/**
 * Makes a command: reads what it needs, decides, and commits if nothing that it rests on has changed; otherwise it
 * reads and decides again. Commands of the same moment share both statements. It answers once the views of those whom
 * it moved are published, or could not be: then the sweeper publishes them.
 * @returns the command; it throws what `decide` throws
 */
export const command =
  <Input, Answer>(definition: Definition<Input, Answer>): ((input: Input) => Promise<Answer>) =>
  (input) =>
    submit(definition.name, definition.needs(input), (facts, now) => definition.decide(facts, input, now));
