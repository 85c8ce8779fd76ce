import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { Problem } from '#core/errors.ts';
import { advance, lockJourney, lockJourneys, saveJourneys } from '#core/journey/advance.ts';
import { bury } from '#core/journey/bury.ts';
import { pools } from '#core/matching/pool.ts';
import { endWhatIsGoingOn } from '#core/matching/session.ts';
import { lockBoth } from '#core/rounds/round.ts';
import { rules } from '#core/rules.ts';
import { transaction } from '#core/transaction.ts';
import { scrub } from './scrub.ts';

const attempts = 3;

/**
 * Erases an account and everything about it that safety does not need (docs/data.md): a round ends by End first,
 * open votes become skips, notices of matches with this person are taken back. Repeating it after a crash goes on
 * where it stopped.
 * @throws `unauthenticated` when the account is gone already; `unavailable` when its owner kept starting anew
 */
export async function erase(userId: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    await transaction((tx) => endWhatIsGoingOn(tx, userId));
    await withdrawOpenVotes(userId);
    await takeNoticesBack(userId);
    if (await remove(userId)) return;
  }
  throw new Problem('unavailable');
}

/** A match that would come of a vote still open is not to be. */
async function withdrawOpenVotes(userId: string): Promise<void> {
  const open = await sql<{ id: string }>(
    `SELECT id FROM rounds WHERE (user1_id = $1 OR user2_id = $1) AND decide_until > $2 AND settled_at IS NULL`,
    [userId, clock.now()],
  );
  for (const { id } of open)
    await transaction(async (tx) => withdrawVote(tx, await lockBoth(tx, id, userId), userId));
}

/** A notice of a match carries a name: whoever has not seen theirs yet finds the match in their history, without it. */
async function takeNoticesBack(userId: string): Promise<void> {
  const told = await sql<{ user_id: string; rounds: string[] }>(
    `SELECT j.user_id, array_agg(r.id) AS rounds FROM rounds r
       JOIN journeys j ON j.user_id IN (r.user1_id, r.user2_id) AND r.id = ANY(j.match_notices)
      WHERE (r.user1_id = $1 OR r.user2_id = $1) AND j.user_id <> $1 AND r.mutual_at IS NOT NULL
      GROUP BY j.user_id`,
    [userId],
  );
  for (const { user_id, rounds } of told)
    await transaction(async (tx) => {
      const journey = (await lockJourneys(tx, [user_id])).get(user_id);
      if (!journey) return;
      const rest = journey.match_notices.filter((id) => !rounds.includes(id));
      advance(journey, 'match_seen', {
        match_notices: rest,
        match_notice_version: rest.length > 0 ? journey.version + 1 : null,
        parked: journey.parked && rest.length > 0,
      });
      await saveJourneys(tx, [journey]);
    });
}

/** @returns false when the person is under way again */
const remove = (userId: string): Promise<boolean> =>
  transaction(
    async (tx) => {
      const journey = await lockJourney(tx, userId);
      if (journey.state !== 'IDLE' || journey.session_id !== null) return false;
      const recent = await tx.sql<Recent>(
        'SELECT id, pool, user1_id, user2_id FROM rounds WHERE (user1_id = $1 OR user2_id = $1) AND ended_at > $2',
        [userId, clock.after(-2 * rules.mailboxReadAfterEndSeconds, tx.now)],
      );
      await scrub(tx, [userId]);
      await tx.sql('DELETE FROM users WHERE id = $1', [userId]);
      tx.afterCommit(() => forgetInRedis(userId, recent));
      return true;
    },
    'awaited',
    'long',
  );

interface Recent {
  id: string;
  pool: string;
  user1_id: string;
  user2_id: string;
}

/** What Redis holds ends by itself; here it ends at once: the view, the place, the presence, letters either way. */
async function forgetInRedis(userId: string, rounds: Recent[]): Promise<void> {
  const letters = rounds.flatMap(({ id, pool, user1_id, user2_id }) =>
    [user1_id, user2_id].flatMap((one) => [keys.mailbox(pool, id, one), keys.sent(pool, id, one)]),
  );
  await Promise.all([...letters.map((key) => redis.unlink(key)), ...pools.map((pool) => bury(pool, userId))]);
}
