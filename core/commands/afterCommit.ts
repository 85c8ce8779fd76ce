import { countStep } from '#core/journey/journeyMetrics.ts';
import { isOut, publish } from '#core/journey/publish.ts';
import { log } from '#core/log.ts';
import type { Changes } from '#core/store/commit.ts';
import type { Facts } from '#core/store/facts.ts';
import type { Effect } from './draft.ts';

/** What was committed, and the facts on which it was decided. */
export interface Done {
  changes: Changes;
  effects: readonly Effect[];
}

/**
 * Counts the steps that were taken, publishes the views, and runs the effects. Nothing of it can fail the commands: what
 * does not come out is found by the sweepers.
 */
export async function afterCommit(done: readonly Done[], facts: Facts): Promise<void> {
  for (const { changes } of done)
    for (const write of changes.writes) if (write.table === 'journey_events') countStep(write.row);
  await Promise.all([publishMoved(done, facts), ...done.flatMap(({ effects }) => effects.map(run))]);
}

async function run(effect: Effect): Promise<void> {
  try {
    await effect();
  } catch (err) {
    log.warn({ err }, 'an effect of a command failed; a sweeper does what it should have done');
  }
}

/**
 * Publishes whom the commands have moved, and whom they have read in a state that another process has committed and not
 * published yet: an answer must not tell more than the next poll.
 */
async function publishMoved(done: readonly Done[], facts: Facts): Promise<void> {
  const moved = done.flatMap(({ changes }) => [
    ...changes.writes.filter((write) => write.table === 'journey_events').map(({ row }) => row.user_id),
    ...changes.guards
      .filter(({ owner, id }) => owner === 'journeys' && isLate(facts, id))
      .map(({ id }) => id),
  ]);
  if (moved.length === 0) return;
  try {
    await publish([...new Set(moved)]);
  } catch (err) {
    log.warn({ err }, 'views could not be published; the sweeper publishes them');
  }
}

function isLate(facts: Facts, userId: string): boolean {
  const journey = facts.journeys.get(userId);
  return journey !== undefined && journey.published_version < journey.version && !isOut(journey);
}
