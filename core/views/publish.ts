import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { script } from '#db/redis.ts';
import { inLiveRound } from '#core/journey/journey.ts';
import { readViews, type View } from './view.ts';

/**
 * Brings the views of these people in Redis up to what Postgres says, and wakes the requests held for them.
 * Called after every commit that moved a person, by a poll that finds no view, and by the sweeper.
 * @throws when Redis does not answer; the sweeper repeats it, since `published_version` trails
 */
export async function publish(userIds: readonly string[]): Promise<View[]> {
  const views = await readViews(userIds);
  await publishViews(views);
  return views;
}

/** As `publish`, of views that are known already. */
export async function publishViews(views: readonly View[]): Promise<void> {
  await Promise.all([...byPool(views)].map(([pool, some]) => writeViews(pool, some)));
  published(views);
}

/**
 * Publishes a person's view in case it is behind: another process may have made the change that is due, without
 * publishing it.
 * @returns whether it was behind, and must be read again
 */
export async function catchUp({ user_id, version }: Pick<View, 'user_id' | 'version'>): Promise<boolean> {
  const [view] = await publish([user_id]);
  return view !== undefined && view.version > version;
}

const publishScript = script<number>('publish');
const viewsPerScript = 200;

async function writeViews(pool: string, views: View[]): Promise<void> {
  for (let from = 0; from < views.length; from += viewsPerScript) {
    const some = views.slice(from, from + viewsPerScript);
    await publishScript(
      [keys.waiting(pool), ...some.map((view) => keys.view(pool, view.user_id))],
      [keys.wake(), pool, ...some.flatMap(viewArguments)],
    );
  }
}

function viewArguments(view: View): (string | number)[] {
  const { body, met, ...rest } = view;
  return [
    view.user_id,
    view.version,
    inPool(view) ? 1 : 0,
    view.queued_from_ms || '',
    view.state,
    view.notice_version,
    view.round?.id ?? '',
    inLiveRound(view.state) ? 1 : 0,
    view.round?.deadline_ms ?? 0,
    view.round?.epoch ?? 0,
    view.round?.peer_epoch ?? 0,
    JSON.stringify(rest),
    JSON.stringify(body),
    met.join(' '),
  ];
}

/** Whether the matchmaker should look at this person: waiting, and not waiting for a sign of life first. */
export const inPool = (view: Pick<View, 'state' | 'parked'>): boolean =>
  view.state === 'WAITING' && !view.parked;

function byPool(views: readonly View[]): Map<string, View[]> {
  const pools = new Map<string, View[]>();
  for (const view of views) pools.set(view.pool, [...(pools.get(view.pool) ?? []), view]);
  return pools;
}

/** Which versions this process has brought out and not written down yet. */
const toMark = new Map<string, number>();
let written: Promise<unknown> = Promise.resolve();
let marking: NodeJS.Timeout | undefined;
const markEveryMs = 200;

/** Whether this process has brought this version out, though Postgres may not know it yet. */
export const isOut = ({ user_id, version }: Pick<View, 'user_id' | 'version'>): boolean =>
  (toMark.get(user_id) ?? 0) >= version;

/** Remembers which versions are published; written in batches, since no caller waits for it. */
function published(views: readonly View[]): void {
  for (const view of views) toMark.set(view.user_id, Math.max(view.version, toMark.get(view.user_id) ?? 0));
  marking ??= setTimeout(() => void markPublished().catch(() => undefined), markEveryMs).unref();
}

/**
 * Writes the remembered `published_version`s, after those that are being written. What cannot be written is
 * published once more by the sweeper.
 */
export async function markPublished(): Promise<void> {
  clearTimeout(marking);
  marking = undefined;
  written = written.catch(() => undefined).then(writeMarks);
  await written;
}

async function writeMarks(): Promise<void> {
  const marks = [...toMark];
  if (marks.length === 0) return;
  const bind = [marks.map(([userId]) => userId), marks.map(([, version]) => version)];
  try {
    await sql(markStatement, bind);
  } finally {
    for (const [userId, version] of marks) if (toMark.get(userId) === version) toMark.delete(userId);
  }
}

const markStatement = `
  UPDATE journeys j
     SET published_version = m.version
    FROM (SELECT j2.user_id, m2.version
            FROM unnest($1::uuid[], $2::integer[]) AS m2(user_id, version)
            JOIN journeys j2 USING (user_id)
           WHERE j2.published_version < m2.version
           ORDER BY j2.user_id
             FOR UPDATE OF j2 SKIP LOCKED) m
   WHERE j.user_id = m.user_id`;
