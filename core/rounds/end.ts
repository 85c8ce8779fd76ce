import { Counter, Histogram } from 'prom-client';
import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { deviceIn, journeyIfAny, roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { scheduleSettle } from '#core/jobs.ts';
import { leaveRound } from '#core/journey/notices.ts';
import { advance, type Journey, type Notice } from '#core/journey/advance.ts';
import { exclude } from './exclusions.ts';
import { metrics } from '#core/metrics.ts';
import { rules } from '#core/rules.ts';
import { countEarlyExit } from './skipLimit.ts';
import { settings } from '#core/settings.ts';
import { closeMailboxes } from '#core/mailbox/mailbox.ts';
import { endings, publicReason, sideOf, type Ending } from './endings.ts';
import { isLive, isOver, type Round } from '#core/store/round.ts';

const roundsEnded = new Counter({
  name: 'minuet_rounds_ended_total',
  help: 'Rounds that ended, by reason and mode',
  labelNames: ['reason', 'mode'],
  registers: [metrics],
});

const lateness = new Histogram({
  name: 'minuet_round_end_lateness_seconds',
  help: 'From the deadline of a round to its ending by the clock',
  buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60],
  registers: [metrics],
});

/**
 * Ends a round. EVERY ending passes here, and the first to commit wins: on a round that has ended already nothing is
 * changed. At or after the deadline the ending is the clock's, even when another was asked for.
 * @returns the round as it is then
 */
export function endRound(draft: Draft, roundId: string, asked: Ending): Round {
  const seen = roundIn(draft, roundId);
  const { round, participants } = seen;
  if (!isLive(round)) return round;
  const ending: Ending = isOver(round, draft.now) ? { reason: 'clock', by: [] } : asked;
  const started = round.status === 'active';
  Object.assign(round, {
    status: started ? 'completed' : 'cancelled',
    ended_at: ending.reason === 'clock' ? round.deadline_at : draft.now,
    end_reason: ending.reason,
    ended_by: ending.by.length === 1 ? ending.by[0] : null,
    decide_until: ending.reason === 'clock' ? clock.after(settings.decisionSeconds, draft.now) : null,
  });
  for (const participant of participants) participant.live = false;
  keepApart(draft, seen, ending, started);
  for (const { user_id } of participants) {
    const journey = journeyIfAny(draft, user_id);
    if (!journey) continue; // their account is gone
    move(draft, journey, round, ending, started);
    if (ending.reason === 'clock') deviceIn(draft, journey.device_id).early_exits = 0; // a whole round makes up for them
  }
  draft.effects.push(() => afterEnd(round, draft.now));
  return round;
}

const byClock = {
  name: 'end_by_clock',
  needs: (roundId: string) => ({ rounds: [roundId] }),
  rule: endByClockRule,
};

/** The clock ends a round: the worker's job, and a request that reads past the deadline. Nothing before it. */
export const endRoundByClock = command(byClock);

/** As `endRoundByClock`, for the sweeper: it must not wait for a Redis that hangs. */
export const endDueRound = command({ ...byClock, effects: 'left' });

/** The rule of `endRoundByClock`. */
export function endByClockRule(draft: Draft, roundId: string): void {
  if (isOver(roundIn(draft, roundId).round, draft.now)) endRound(draft, roundId, { reason: 'clock', by: [] });
}

function move(draft: Draft, journey: Journey, round: Round, ending: Ending, started: boolean): void {
  const side = sideOf(ending, journey.user_id);
  const cooldown = side.earlyExit ? countEarlyExit(draft, journey) : {};
  const keepsPlace = !started && side.initiated !== 'me';
  advance(journey, side.move, {
    ...cooldown,
    ...(ending.reason === 'clock' && { early_exits: 0 }),
    ...(side.target === 'WAITING' && !keepsPlace && !started && { waiting_since: draft.now }),
    ...(ending.reason !== 'clock' && { notice: noticeFor(journey.user_id, round, ending) }),
    ...(side.parks && { parked: true }),
  });
  if (journey.state === 'IDLE') Object.assign(journey, { notice: null, waiting_since: null });
  if (journey.state === 'DISCONNECTING' && side.told) leaveRound(journey, draft.now);
}

/**
 * What one of the two is told about an ending.
 * @param round the round, ended
 */
export function noticeFor(userId: string, round: Pick<Round, 'id'>, ending: Ending): Notice {
  const side = sideOf(ending, userId);
  return {
    match_id: round.id,
    reason: publicReason(ending.reason),
    initiated_by: side.initiated,
    target_state: side.target,
  };
}

/** Two who have met, or one of whom did not come, are not offered to each other again within the rematch rule. */
function keepApart(draft: Draft, { participants }: DraftRound, { reason }: Ending, started: boolean): void {
  const { apart } = endings[reason];
  if (apart === 'not_joined')
    exclude(draft, participants, apart, { until: clock.after(rules.notJoinedCooldownSeconds, draft.now) });
  else if (apart === 'nothing') return;
  else if (settings.rematch === 'cooldown')
    exclude(draft, participants, apart, { until: clock.after(settings.rematchCooldownSeconds, draft.now) });
  else if (!started) exclude(draft, participants, apart, { session: true });
}

async function afterEnd(round: Round, noticed: Date): Promise<void> {
  roundsEnded.inc({ reason: round.end_reason ?? 'clock', mode: round.mode });
  if (round.end_reason === 'clock' && round.deadline_at)
    lateness.observe((noticed.getTime() - round.deadline_at.getTime()) / 1000);
  if (round.decide_until) scheduleSettle(round.id, round.decide_until);
  await closeMailboxes(round);
}
