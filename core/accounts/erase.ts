import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { journeyIfAny, journeyIn, roundIn } from '#core/commands/draft.ts';
import { lockDraft } from '#core/commands/locked.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { Problem } from '#core/errors.ts';
import { takeMatchBack } from '#core/journey/notices.ts';
import { bury } from '#core/views/bury.ts';
import { pools } from '#core/pools.ts';
import { endWhatIsGoingOn } from '#core/sessions/session.ts';
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
    await goHome(userId);
    await withdrawOpenVotes(userId);
    await takeNoticesBack(userId);
    if (await remove(userId)) return;
  }
  throw new Problem('unavailable');
}

const goHome = command({
  name: 'end_all',
  needs: (userId: string) => ({ people: [userId] }),
  rule: (draft, userId) => void endWhatIsGoingOn(draft, userId),
});

/** A match that would come of a vote still open is not to be. */
async function withdrawOpenVotes(userId: string): Promise<void> {
  const open = await sql<{ id: string }>(
    `SELECT id FROM rounds WHERE (user1_id = $1 OR user2_id = $1) AND decide_until > $2 AND settled_at IS NULL`,
    [userId, clock.now()],
  );
  await Promise.all(open.map(({ id }) => withdraw({ userId, roundId: id })));
}

const withdraw = command({
  name: 'withdraw_vote',
  needs: ({ userId, roundId }: { userId: string; roundId: string }) => ({
    people: [userId],
    rounds: [roundId],
  }),
  rule: (draft, { userId, roundId }) => {
    journeyIn(draft, userId);
    withdrawVote(draft, roundIn(draft, roundId), userId);
  },
});

/** A notice of a match carries a name: a person who has not seen theirs yet finds the match in their history, without it. */
async function takeNoticesBack(userId: string): Promise<void> {
  const told = await sql<{ user_id: string; rounds: string[] }>(
    `SELECT j.user_id, array_agg(r.id) AS rounds FROM rounds r
       JOIN journeys j ON j.user_id IN (r.user1_id, r.user2_id) AND r.id = ANY(j.match_notices)
      WHERE (r.user1_id = $1 OR r.user2_id = $1) AND j.user_id <> $1 AND r.mutual_at IS NOT NULL
      GROUP BY j.user_id`,
    [userId],
  );
  await Promise.all(told.map(takeBack));
}

const takeBack = command({
  name: 'take_match_back',
  needs: ({ user_id }: { user_id: string; rounds: string[] }) => ({ people: [user_id] }),
  rule: (draft, { user_id, rounds }) => {
    const journey = journeyIfAny(draft, user_id);
    if (journey) for (const roundId of rounds) takeMatchBack(journey, roundId);
  },
});

/** @returns false when the person is under way again */
const remove = (userId: string): Promise<boolean> =>
  transaction(
    async (tx) => {
      const journey = journeyIn(await lockDraft(tx, { people: [userId] }), userId);
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
