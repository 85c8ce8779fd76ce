import { randomUUID } from 'node:crypto';
import { clock } from '#core/clock.ts';
import { publish } from '#core/views/publish.ts';
import { sql } from '#db/postgres.ts';
import { peopleAtHome } from './crowd.ts';

/** One of two in a call. */
export interface Caller {
  userId: string;
  token: string;
  sessionId: string;
}

/** Two people and their round. */
export interface Call {
  roundId: string;
  a: Caller;
  b: Caller;
}

/**
 * So many calls that have been going on since now, or (`over`) that have just ended, after which both wait: rows
 * written in bulk, views published as the product does.
 */
export async function openCalls(count: number, over = false): Promise<Call[]> {
  const people = await peopleAtHome(2 * count);
  const callers = people.map((one) => ({ ...one, sessionId: randomUUID() }));
  const calls = Array.from({ length: count }, (_, index): Call => {
    const [a, b] = [callers[2 * index]!, callers[2 * index + 1]!];
    return { roundId: randomUUID(), ...(a.userId < b.userId ? { a, b } : { a: b, b: a }) };
  });
  const now = clock.now();
  await sql(
    `INSERT INTO sessions (id, user_id, device_id, pool, status, mode, min_age, max_age, genders, preferred_interests,
                           personality_weight, started_at)
     SELECT s, u, d.device_id, 'world', 'active', 'video', 18, 120, '{}', '{}', 0.5, $3::timestamptz
       FROM unnest($1::uuid[], $2::uuid[]) AS t(s, u) JOIN users d ON d.id = u`,
    [callers.map((one) => one.sessionId), callers.map((one) => one.userId), now],
  );
  const rounds = calls.map((call) => call.roundId);
  await sql(
    `INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                         ack_deadline_at, join_deadline_at, started_at, deadline_at, ended_at, end_reason)
     SELECT r, 'world', 'video', $5::text, a, b, 50, '{}', '{}', $4::timestamptz, $4::timestamptz, $4::timestamptz,
            $4::timestamptz, $4::timestamptz + interval '180 seconds', $6::timestamptz, $7::text
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(r, a, b)`,
    [
      ...[rounds, calls.map(({ a }) => a.userId), calls.map(({ b }) => b.userId), now],
      ...(over ? ['completed', now, 'skip'] : ['active', null, null]),
    ],
  );
  const seats = calls.flatMap(({ roundId, a, b }) => [a, b].map((one) => ({ roundId, ...one })));
  const columns = [
    seats.map((one) => one.roundId),
    seats.map((one) => one.userId),
    seats.map((one) => one.sessionId),
  ];
  await sql(
    `INSERT INTO round_participants (round_id, user_id, session_id, device_id, live, acknowledged_at, joined_at, epoch)
     SELECT r, u, s, d.device_id, $5, $4::timestamptz, $4::timestamptz, 1
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(r, u, s) JOIN users d ON d.id = u`,
    [...columns, now, !over],
  );
  await sql(
    `UPDATE journeys j
        SET version = 2, state = CASE WHEN $5 THEN 'WAITING' ELSE 'IN_CALL' END, session_id = s,
            round_id = CASE WHEN $5 THEN NULL ELSE r END, waiting_since = CASE WHEN $5 THEN $4::timestamptz END,
            changed_at = $4::timestamptz, last_seen_at = $4::timestamptz + interval '1 hour'
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t(r, u, s) WHERE j.user_id = u`,
    [...columns, now, over],
  );
  for (let from = 0; from < seats.length; from += 1000)
    await publish(seats.slice(from, from + 1000).map((one) => one.userId));
  return calls;
}
