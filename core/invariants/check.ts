import { next, type JourneyEvent, type State } from '#core/journey/journey.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { ofDecisions } from './decisions.ts';
import { ofGuards } from './guards.ts';
import { ofJourneys } from './journeys.ts';
import { ofModeration } from './moderation.ts';
import { ofMeetingOnce, ofPairings } from './pairings.ts';
import { neglected } from './presence.ts';
import { ofRounds } from './rounds.ts';
import type { Sight } from './sight.ts';
import { ofViews } from './views.ts';
import { unmet } from './waiters.ts';

/** What is known about the system. */
export interface Circumstances {
  /** The product's present, ms since the epoch: a test's clock may have been moved. */
  nowMs: number;
  /** Nothing is under way, so Redis must say what Postgres says; otherwise it may be behind. */
  quiet?: boolean;
  /** Sweepers and a matchmaker have been running for a minute: no person is kept waiting, or alone, for long. */
  running?: boolean;
  /** Two may meet only once in a session (REMATCH=session). */
  meetOnce?: boolean;
  /** How long a round is; null when it has been changed, and older rounds had another length. */
  roundSeconds?: number | null;
  /** By how much the clocks of two processes may differ, seconds. */
  skewSeconds?: number;
}

/**
 * Looks for broken invariants: what must be true of Minuet at all times. It reads, and changes nothing.
 * @returns a sentence for each, with what broke it; empty when all is well
 */
export async function checkInvariants(sight: Sight, circumstances: Circumstances): Promise<string[]> {
  const { nowMs, quiet = false, running = false, meetOnce = true } = circumstances;
  return [
    ...(await broken(sight, circumstances, meetOnce ? { ...everywhere, ...ofMeetingOnce } : everywhere)),
    ...(await stepsAgainstTheTable(sight)),
    ...(await ofViews(sight, quiet)),
    ...(running ? await neglected(sight, nowMs) : []),
    ...(running ? await unmet(sight, nowMs) : []),
  ];
}

const everywhere = {
  ...ofRounds,
  ...ofJourneys,
  ...ofDecisions,
  ...ofPairings,
  ...ofModeration,
  ...ofGuards,
};
const mostShown = 5;

/**
 * Runs all these queries in one. They may use $1, the present; $2, the seconds of a round; $3, the seconds by which
 * clocks may differ; $4, since when everything is remembered; $5, the lengths of cooldowns in seconds.
 */
async function broken(
  { sql }: Sight,
  { nowMs, roundSeconds = settings.roundSeconds, skewSeconds = 0 }: Circumstances,
  queries: Record<string, string>,
): Promise<string[]> {
  const all = Object.entries(queries).map(
    ([sentence, query]) =>
      `(SELECT '${sentence}' AS sentence, to_jsonb(q) AS row FROM (${query}) q LIMIT ${mostShown})`,
  );
  const rows = await sql<{ sentence: string; row: object }>(all.join(' UNION ALL '), [
    new Date(nowMs),
    roundSeconds,
    skewSeconds,
    new Date(nowMs - (rules.activityDays - 1) * 86_400_000),
    settings.skipCooldowns.map((step) => step.seconds),
  ]);
  return rows.map(({ sentence, row }) => `${sentence}: ${JSON.stringify(row)}`);
}

/** Every step ever taken is one of the table. */
async function stepsAgainstTheTable({ sql }: Sight): Promise<string[]> {
  const rows = await sql<{ event: JourneyEvent; from_state: State; to_state: State }>(
    'SELECT DISTINCT event, from_state, to_state FROM journey_events',
    [],
  );
  return rows
    .filter(({ event, from_state, to_state }) => next(from_state, event) !== to_state)
    .map((step) => `A step is not of the table: ${JSON.stringify(step)}`);
}
