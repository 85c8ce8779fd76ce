import { Counter, Histogram } from 'prom-client';
import { settings } from '#core/settings.ts';
import { rules } from '#core/rules.ts';
import { transaction, type Effects, type Tx } from '#core/transaction.ts';
import { clock } from '#core/clock.ts';
import { leaveRound } from '#core/journey/acknowledge.ts';
import { advance, saveJourneys, type Journey, type Notice } from '#core/journey/advance.ts';
import { scheduleSettle } from '#core/jobs.ts';
import { exclude, type Pairing } from '#core/matching/exclusions.ts';
import { metrics } from '#core/metrics.ts';
import { publicReason } from '#core/present.ts';
import { countEarlyExit, forgetEarlyExits } from '#core/safety/skipLimit.ts';
import { closeMailboxes } from '#core/signalling/mailbox.ts';
import { outcome, type Ending } from './outcome.ts';
import { isLive, isOver, lockRound, type LockedRound, type Round } from './round.ts';

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
 * Ends a locked round. EVERY ending passes this door, and the first to commit wins: on a round that has ended
 * already nothing is changed. At or after the deadline the ending is the clock's, whatever was asked.
 * @returns the round as it is now
 */
export async function endRound(tx: Tx, locked: LockedRound, asked: Ending): Promise<Round> {
  const { round, participants, journeys } = locked;
  if (!isLive(round)) return round;
  const ending: Ending = isOver(round, tx.now) ? { reason: 'clock', by: [] } : asked;
  const started = round.status === 'active';
  Object.assign(round, {
    status: started ? 'completed' : 'cancelled',
    ended_at: ending.reason === 'clock' ? round.deadline_at : tx.now,
    end_reason: ending.reason,
    ended_by: ending.by.length === 1 ? ending.by[0] : null,
    decide_until: ending.reason === 'clock' ? clock.after(settings.decisionSeconds, tx.now) : null,
  });
  await tx.sql(
    `WITH ended AS (
       UPDATE rounds SET status = $2, ended_at = $3, end_reason = $4, ended_by = $5, decide_until = $6 WHERE id = $1
     )
     UPDATE round_participants SET live = false WHERE round_id = $1`,
    [round.id, round.status, round.ended_at, round.end_reason, round.ended_by, round.decide_until],
  );
  await keepApart(tx, locked, ending, started);
  for (const journey of journeys.values()) await move(tx, journey, round, ending, started);
  if (ending.reason === 'clock')
    await forgetEarlyExits(
      tx,
      participants.map((one) => one.device_id),
    );
  await saveJourneys(tx, journeys.values());
  tx.afterCommit(() => afterEnd(round, tx.now));
  return round;
}

/** The clock ends a round: the worker's job, the sweeper, and whoever reads past the deadline. Nothing before it. */
export async function endRoundByClock(roundId: string, effects?: Effects): Promise<void> {
  await transaction(async (tx) => {
    const locked = await lockRound(tx, roundId);
    if (isOver(locked.round, tx.now)) await endRound(tx, locked, { reason: 'clock', by: [] });
  }, effects);
}

async function move(tx: Tx, journey: Journey, round: Round, ending: Ending, started: boolean): Promise<void> {
  const side = outcome(ending, journey.user_id);
  const cooldown = side.earlyExit ? await countEarlyExit(tx, journey) : {};
  const keepsPlace = !started && side.initiated !== 'me';
  advance(journey, side.move, {
    ...cooldown,
    ...(ending.reason === 'clock' && { early_exits: 0 }),
    ...(side.target === 'WAITING' && !keepsPlace && !started && { waiting_since: tx.now }),
    ...(ending.reason !== 'clock' && { notice: noticeFor(journey.user_id, round, ending) }),
    ...(ending.reason === 'not_acknowledged' && side.initiated === 'me' && { parked: true }),
  });
  if (journey.state === 'IDLE') journey.notice = null;
  if (journey.state === 'DISCONNECTING' && side.told) leaveRound(journey, tx.now);
}

/**
 * What one of the two is told about an ending.
 * @param round the round, ended
 */
export function noticeFor(userId: string, round: Pick<Round, 'id'>, ending: Ending): Notice {
  const side = outcome(ending, userId);
  return {
    match_id: round.id,
    reason: publicReason(ending.reason),
    initiated_by: side.initiated,
    target_state: side.target,
  };
}

/** Who has met, or was turned down, is not offered again within the rematch rule. */
async function keepApart(
  tx: Tx,
  { participants }: LockedRound,
  ending: Ending,
  started: boolean,
): Promise<void> {
  const [a, b] = participants;
  if (!a || !b) return;
  const pair: Pairing = { a, b, roundId: a.round_id };
  if (ending.reason === 'not_joined')
    await exclude(tx, pair, 'not_joined', { until: clock.after(rules.notJoinedCooldownSeconds, tx.now) });
  else if (ending.reason === 'not_acknowledged') return;
  else if (settings.rematch === 'cooldown')
    await exclude(tx, pair, 'met', { until: clock.after(settings.rematchCooldownSeconds, tx.now) });
  else if (!started) await exclude(tx, pair, 'met', { session: true });
}

async function afterEnd(round: Round, noticed: Date): Promise<void> {
  roundsEnded.inc({ reason: round.end_reason ?? 'clock', mode: round.mode });
  if (round.end_reason === 'clock' && round.deadline_at)
    lateness.observe((noticed.getTime() - round.deadline_at.getTime()) / 1000);
  if (round.decide_until) scheduleSettle(round.id, round.decide_until);
  await closeMailboxes(round);
}
