import { command } from '#core/commands/command.ts';
import { roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import type { EndReason } from '#core/journey/journey.ts';
import { endRound } from './end.ts';
import { isLive } from '#core/store/round.ts';

/** A judgement on the silence of one of the two, or of both. */
export interface Judged {
  roundId: string;
  reason: Extract<EndReason, 'left' | 'stale' | 'not_joined' | 'not_acknowledged'>;
  /** Whose silence. */
  by: readonly string[];
  /** Looks at the round as it is then, and says whether the judgement no longer holds. */
  unless: (seen: DraftRound, draft: Draft) => boolean;
}

/**
 * Ends a round because of the silence of one of the two, if it is still as it was when they were judged. It is the
 * sweeper that does: its effects are left to themselves.
 */
export const endBySilence = command({
  name: 'end_by_silence',
  needs: ({ roundId }: Judged) => ({ rounds: [roundId] }),
  rule: endBySilenceRule,
  effects: 'left',
});

/** The rule of `endBySilence`. */
export function endBySilenceRule(draft: Draft, { roundId, reason, by, unless }: Judged): void {
  const seen = roundIn(draft, roundId);
  if (isLive(seen.round) && !unless(seen, draft)) endRound(draft, roundId, { reason, by });
}
