import { countStep } from '#core/journey/journeyMetrics.ts';
import { isOut, publish, publishViews } from '#core/views/publish.ts';
import type { View } from '#core/views/view.ts';
import { log } from '#core/log.ts';
import type { Changes } from '#core/store/commit.ts';
import type { Facts } from '#core/store/facts.ts';
import type { Effect } from './draft.ts';

/** What was committed, and the facts on which it was decided. */
export interface Done {
  changes: Changes;
  effects: readonly Effect[];
  /** The views of those who were moved, as far as they are known; the others are read. */
  views?: () => ReadonlyMap<string, View | null>;
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
  const known: View[] = [];
  const unknown = new Set<string>();
  for (const { changes, views } of done) {
    const made = views?.() ?? new Map<string, View | null>();
    for (const write of changes.writes) {
      if (write.table !== 'journey_events' || made.get(write.row.user_id)) continue;
      unknown.add(write.row.user_id);
    }
    for (const view of made.values()) if (view) known.push(view);
    for (const { owner, id } of changes.guards)
      if (owner === 'journeys' && isLate(facts, id) && !made.get(id)) unknown.add(id);
  }
  try {
    await Promise.all([known.length > 0 && publishViews(known), unknown.size > 0 && publish([...unknown])]);
  } catch (err) {
    log.warn({ err }, 'views could not be published; the sweeper publishes them');
  }
}

function isLate(facts: Facts, userId: string): boolean {
  const journey = facts.journeys.get(userId);
  return journey !== undefined && journey.published_version < journey.version && !isOut(journey);
}
