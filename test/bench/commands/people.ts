import { pathToFileURL } from 'node:url';
import path from 'node:path';
import type * as Publish from '#core/views/publish.ts';
import type * as Postgres from '#db/postgres.ts';
import type * as Crowd from '../crowd.ts';

// A process that makes people in the database of one version, with that version's own code: VERSION is its folder.

export type Scene = 'at home' | 'invited' | 'in calls' | 'deciding';

export type Task = { do: 'make'; scene: Scene; count: number } | { do: 'send home' } | { do: 'analyse' };

/** A person of a scene; those at home have neither session nor round. */
export type Person = Pick<Crowd.Talker, 'userId' | 'token'> & Partial<Crowd.Talker>;

const version = process.env.VERSION ?? '.';
const of = <Module>(file: string): Promise<Module> =>
  import(pathToFileURL(path.resolve(version, file)).href) as Promise<Module>;

const crowd = await of<typeof Crowd>('test/bench/crowd.ts');
const { sql } = await of<typeof Postgres>('db/postgres.ts');
// The version before had it in another folder.
const { publish } = await of<typeof Publish>('core/views/publish.ts').catch(() =>
  of<typeof Publish>('core/journey/publish.ts'),
);

const longSeconds = 3600;
let present: Person[] = [];

process.on('message', (task: Task) => {
  perform(task).then(
    (people) => process.send?.({ people }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit()); // its connections would keep it
process.send?.('ready');

async function perform(task: Task): Promise<Person[]> {
  if (task.do === 'make') return (present = await make(task.scene, task.count));
  if (task.do === 'analyse') await sql('ANALYZE');
  else await sendHome();
  return [];
}

async function make(scene: Scene, count: number): Promise<Person[]> {
  if (scene === 'at home') return crowd.peopleAtHome(count);
  const talkers = await crowd.putInCalls(await crowd.fillPool(count, longSeconds), longSeconds);
  if (scene === 'invited') await takeBackJoins(talkers);
  if (scene === 'deciding') await endByClock(talkers);
  return talkers;
}

/** Matched and told, and nobody has joined yet. */
async function takeBackJoins(talkers: readonly Crowd.Talker[]): Promise<void> {
  const later = new Date(Date.now() + longSeconds * 1000);
  await sql(
    `WITH opened AS (
       UPDATE rounds SET status = 'waiting', started_at = NULL, deadline_at = NULL, ack_deadline_at = $3, join_deadline_at = $3
        WHERE id = ANY ($2::uuid[])
     ), seated AS (
       UPDATE round_participants SET joined_at = NULL, epoch = 0 WHERE round_id = ANY ($2::uuid[])
     )
     UPDATE journeys SET state = 'CONNECTING', version = version + 1 WHERE user_id = ANY ($1::uuid[])`,
    [...idsOf(talkers), later],
  );
  await publish(idsOf(talkers)[0]);
}

/** The clock has ended their rounds just now; the window stays open for long. */
async function endByClock(talkers: readonly Crowd.Talker[]): Promise<void> {
  const [now, later] = [new Date(), new Date(Date.now() + longSeconds * 1000)];
  await sql(
    `WITH ended AS (
       UPDATE rounds SET status = 'completed', deadline_at = $3::timestamptz, ended_at = $3::timestamptz, end_reason = 'clock',
                         decide_until = $4
        WHERE id = ANY ($2::uuid[])
     ), left_behind AS (
       UPDATE round_participants SET live = false WHERE round_id = ANY ($2::uuid[])
     )
     UPDATE journeys SET state = 'DECIDING', version = version + 1, changed_at = $3::timestamptz
      WHERE user_id = ANY ($1::uuid[])`,
    [...idsOf(talkers), now, later],
  );
  await publish(idsOf(talkers)[0]);
}

/** Everybody of the last scene goes home, so that no sweeper and no matchmaker has work with them. */
async function sendHome(): Promise<void> {
  const [users, rounds] = idsOf(present);
  const now = new Date();
  await sql(
    `WITH ended AS (
       UPDATE rounds SET status = CASE WHEN started_at IS NULL THEN 'cancelled' ELSE 'completed' END,
                         ended_at = coalesce(ended_at, $3::timestamptz), end_reason = coalesce(end_reason, 'end'),
                         settled_at = coalesce(settled_at, $3::timestamptz)
        WHERE id = ANY ($2::uuid[])
     ), left_behind AS (
       UPDATE round_participants SET live = false WHERE round_id = ANY ($2::uuid[])
     ), closed AS (
       UPDATE sessions SET status = 'ended', ended_at = $3::timestamptz, end_reason = 'ended'
        WHERE user_id = ANY ($1::uuid[]) AND status <> 'ended'
     )
     UPDATE journeys SET state = 'IDLE', version = version + 1, session_id = NULL, round_id = NULL, waiting_since = NULL,
                         parked = false, notice = NULL
      WHERE user_id = ANY ($1::uuid[])`,
    [users, rounds, now],
  );
  for (let from = 0; from < users.length; from += 1000) await publish(users.slice(from, from + 1000));
  present = [];
}

const idsOf = (people: readonly Person[]): [users: string[], rounds: string[]] => [
  people.map(({ userId }) => userId),
  [...new Set(people.flatMap(({ roundId }) => roundId ?? []))],
];
