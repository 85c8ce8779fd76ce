import type { Match } from '../../api/wire.ts';

/** A step of one's own round. */
export interface Step {
  at: string;
  what: 'matched' | 'joined' | 'partner_joined' | 'started' | 'ended' | 'decided' | 'mutual';
}

/** The course of a round as one of the two may know it, in the order in which it happened. */
export function stepsOf(match: Match): Step[] {
  const steps = [
    ['matched', match.matched_at],
    ['joined', match.joined_at],
    ['partner_joined', match.partner_joined_at],
    ['started', match.started_at],
    ['ended', match.ended_at],
    ['decided', match.decided_at],
    ['mutual', match.mutual_at],
  ] as const;
  return steps
    .flatMap(([what, at]) => (at === null ? [] : [{ what, at }]))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
