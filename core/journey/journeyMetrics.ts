import { Counter, Histogram } from 'prom-client';
import { metrics } from '#core/metrics.ts';
import type { JourneyEvent, State } from './journey.ts';

const transitions = new Counter({
  name: 'minuet_transitions_total',
  help: 'Steps of journeys that were committed, by event; see core/journey/journey.ts',
  labelNames: ['event'],
  registers: [metrics],
});

const betweenRequests = new Histogram({
  name: 'minuet_time_between_match_requests_seconds',
  help: 'From one coming into the pool to the next of the same person in the same session: a round, its decision, a pause',
  buckets: [1, 5, 15, 30, 60, 120, 180, 210, 300, 600, 1800],
  registers: [metrics],
});

/** A committed step, and since when the person had been waiting before it, or had waited before their round. */
interface CommittedStep {
  event: JourneyEvent;
  from_state: State;
  to_state: State;
  requested_before: Date | null;
  at: Date | string;
}

/** Counts a step after its commit. */
export function countStep({ event, from_state, to_state, requested_before, at }: CommittedStep): void {
  transitions.inc({ event });
  if (to_state !== 'WAITING' || from_state === 'WAITING' || !requested_before) return;
  betweenRequests.observe(Math.max(0, new Date(at).getTime() - requested_before.getTime()) / 1000);
}

/** Counts the pairings of a wave: each takes two people a step. */
export const countPairings = (pairs: number): void => transitions.inc({ event: 'paired' }, 2 * pairs);
