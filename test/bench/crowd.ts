import { randomUUID } from 'node:crypto';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { publish } from '#core/views/publish.ts';
import { openMailbox } from '#core/mailbox/mailbox.ts';
import { sql } from '#db/postgres.ts';

/** Somebody who waits, with what they need to poll. */
export interface Waiter {
  userId: string;
  sessionId: string;
  token: string;
}

/**
 * Puts so many people into the pool: rows written in bulk, views published as the product does. They are all
 * women who look for men, so that a matchmaker that happens to run leaves them where they are.
 * @param seenInSeconds when they count as last seen, from now: a long way ahead keeps the sweeper from judging
 *   people of whom nobody is going to poll
 */
export async function fillPool(count: number, seenInSeconds = 0): Promise<Waiter[]> {
  const now = clock.now();
  const [users, devices, sessions] = [ids(count), ids(count), ids(count)];
  await writePeople(users, devices, now, ['woman']);
  await sql(
    `INSERT INTO sessions (id, user_id, device_id, pool, status, mode, min_age, max_age, genders,
                           preferred_interests, personality_weight, started_at)
     SELECT s, u, d, 'world', 'active', 'video', 18, 120, ARRAY['man'], '{}', 0.5, $4::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(s, u, d)`,
    [sessions, users, devices, now],
  );
  await sql(
    `INSERT INTO journeys (user_id, device_id, pool, state, changed_at, session_id, waiting_since, last_seen_at)
     SELECT u, d, 'world', 'WAITING', $4::timestamptz, s, $4::timestamptz, $5::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(s, u, d)`,
    [sessions, users, devices, now, clock.after(seenInSeconds, now)],
  );
  for (let from = 0; from < count; from += 1000) await publish(users.slice(from, from + 1000));
  return users.map((userId, index) => ({
    userId,
    sessionId: sessions[index] ?? '',
    token: tokenFor(userId, devices[index] ?? ''),
  }));
}

/** Somebody in a call, with what they need to read their signals. */
export interface Talker extends Waiter {
  roundId: string;
  cursor: string;
}

/** Puts people who wait into calls, two by two, as if both had joined; the clock ends them after `seconds`. */
export async function putInCalls(waiters: Waiter[], seconds: number): Promise<Talker[]> {
  const now = clock.now();
  const userIds = waiters.map(({ userId }) => userId);
  const roundIds = ids(waiters.length / 2).flatMap((id) => [id, id]);
  await sql(
    `WITH seat AS (
       SELECT u AS user_id, r AS round_id, j.session_id, j.device_id
         FROM unnest($1::uuid[], $2::uuid[]) AS t(u, r) JOIN journeys j ON j.user_id = u
     ), pair AS (
       SELECT round_id, array_agg(user_id ORDER BY user_id) AS two FROM seat GROUP BY round_id
     ), opened AS (
       INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                           ack_deadline_at, join_deadline_at, started_at, deadline_at)
       SELECT round_id, 'world', 'video', 'active', two[1], two[2], 50, '{}', '{}', $3::timestamptz,
              $3::timestamptz, $3::timestamptz, $3::timestamptz, $4::timestamptz
         FROM pair
     ), seated AS (
       INSERT INTO round_participants (round_id, user_id, session_id, device_id, acknowledged_at, joined_at, epoch)
       SELECT round_id, user_id, session_id, device_id, $3::timestamptz, $3::timestamptz, 1 FROM seat
     )
     UPDATE journeys j SET state = 'IN_CALL', version = j.version + 1, round_id = seat.round_id
       FROM seat WHERE seat.user_id = j.user_id`,
    [userIds, roundIds, now, clock.after(seconds, now)],
  );
  await publish(userIds);
  return Promise.all(
    waiters.map(async (waiter, index) => {
      const roundId = roundIds[index] ?? '';
      return { ...waiter, roundId, cursor: (await openMailbox('world', roundId, waiter.userId, 1)) ?? '' };
    }),
  );
}

/** Sends these people home, so that they are not left for the sweeper to judge. */
export async function emptyPool(waiters: readonly Waiter[]): Promise<void> {
  await sql(
    `UPDATE journeys SET state = 'IDLE', session_id = NULL, waiting_since = NULL, parked = false
      WHERE user_id = ANY($1::uuid[])`,
    [waiters.map((waiter) => waiter.userId)],
  );
}

/** So many people at home, of every gender and all taking to each other, ready to press Start. */
export async function peopleAtHome(count: number): Promise<{ userId: string; token: string }[]> {
  const now = clock.now();
  const [users, devices] = [ids(count), ids(count)];
  await writePeople(users, devices, now, ['woman', 'man', 'nonbinary']);
  await sql(
    `INSERT INTO journeys (user_id, device_id, pool, changed_at, last_seen_at)
     SELECT u, d, 'world', $3::timestamptz, $3::timestamptz FROM unnest($1::uuid[], $2::uuid[]) AS t(u, d)`,
    [users, devices, now],
  );
  return users.map((userId, index) => ({ userId, token: tokenFor(userId, devices[index] ?? '') }));
}

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** Interests are drawn from two dozen by the person's number, so that every run has the same crowd. */
async function writePeople(users: string[], devices: string[], now: Date, genders: string[]): Promise<void> {
  await sql(`INSERT INTO devices (id, created_at) SELECT unnest($1::uuid[]), $2::timestamptz`, [
    devices,
    now,
  ]);
  await sql(
    `INSERT INTO users (id, kind, device_id, display_name, birth_date, gender, interests, created_at, active_at)
     SELECT u, 'guest', d, 'Person ' || n, date '1980-01-01' + (n * 37 % 9000)::integer,
            ($4::text[])[1 + n % array_length($4::text[], 1)],
            ARRAY['topic ' || n % 24, 'topic ' || n * 7 % 24, 'topic ' || n * 11 % 24], $3::timestamptz, $3::timestamptz
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS t(u, d, n)`,
    [users, devices, now, genders],
  );
}

/** Signed in an hour from now: nobody here renews a token, and the soak takes longer than one is valid. */
const tokenFor = (userId: string, deviceId: string): string =>
  signAccessToken({ userId, deviceId, familyId: randomUUID(), role: 'member' }, clock.after(3600));
