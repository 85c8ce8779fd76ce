import type { Changes } from '#core/store/commit.ts';
import type { Facts, Needs } from '#core/store/facts.ts';
import type { Effects } from '#core/transaction.ts';
import type { View } from '#core/views/view.ts';
import { changesOf, draftOf, type Draft, type Effect } from './draft.ts';
import { viewsOf } from './views.ts';

/**
 * A rule of the product: what happens to the draft, and what the answer is. It touches nothing but the draft.
 * @throws Problem when the product forbids it
 */
export type Rule<Input, Answer> = (draft: Draft, input: Input) => Answer;

/** What a rule has come to. */
export interface Decision<Answer> {
  changes: Changes;
  effects: readonly Effect[];
  /** The views of those whom it moves, once it is committed; see views.ts. */
  views: () => ReadonlyMap<string, View | null>;
  answer: Answer;
}

/** Applies a rule to facts. Pure, as long as the effects are not run. @param now the command's instant */
export function decide<Input, Answer>(
  rule: Rule<Input, Answer>,
  facts: Facts,
  input: Input,
  now: Date,
): Decision<Answer> {
  const draft = draftOf(facts, now);
  const answer = rule(draft, input);
  return { changes: changesOf(draft), effects: draft.effects, views: () => viewsOf(draft), answer };
}

/** A command with its input. */
export interface Submitted<Answer> {
  name: string;
  needs: Needs;
  decide: (facts: Facts, now: Date) => Decision<Answer>;
  effects: Effects;
  urgent: boolean;
}
