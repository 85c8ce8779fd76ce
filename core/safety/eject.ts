import { withdrawVote } from '#core/decisions/withdraw.ts';
import { advance, LostUpdate, lockJourneys, saveJourneys } from '#core/journey/advance.ts';
import { endRound } from '#core/rounds/end.ts';
import { lockRound } from '#core/rounds/round.ts';
import type { Tx } from '#core/transaction.ts';

/**
 * Locks a person, whoever sits at these devices, and the partners of all of them, in the order of the house.
 * Who that is can be known only by looking: so look, lock, and look again.
 * @returns the person and whoever sits at the devices, without the partners
 * @throws LostUpdate when somebody was paired meanwhile; the transaction is repeated
 */
export async function lockWithPartners(
  tx: Tx,
  userId: string,
  devices: readonly string[],
): Promise<string[]> {
  const before = await look(tx, userId, devices);
  const locked = await lockJourneys(tx, [...before.reached, ...before.partners], devices);
  const after = await look(tx, userId, devices);
  if ([...after.reached, ...after.partners].some((id) => !locked.has(id) && !before.partners.includes(id)))
    throw new LostUpdate('Somebody came or was paired between the look and the lock');
  return after.reached;
}

async function look(tx: Tx, userId: string, devices: readonly string[]) {
  const rows = await tx.sql<{ user_id: string }>(
    'SELECT user_id FROM journeys WHERE user_id = $1 OR device_id = ANY($2::uuid[])',
    [userId, devices],
  );
  const reached = rows.map((row) => row.user_id);
  const rounds = await openRounds(tx, reached);
  const partners = rounds.flatMap((round) => [round.user1_id, round.user2_id]);
  return { reached, partners: partners.filter((id) => !reached.includes(id)) };
}

interface OpenRound {
  id: string;
  user1_id: string;
  user2_id: string;
}

/** The rounds of these people that go on, or whose decision is still open. */
const openRounds = (tx: Tx, userIds: readonly string[]): Promise<OpenRound[]> =>
  tx.sql<OpenRound>(
    `SELECT id, user1_id, user2_id FROM rounds
      WHERE (user1_id = ANY($1::uuid[]) OR user2_id = ANY($1::uuid[]))
        AND (status IN ('waiting', 'active') OR (decide_until > $2::timestamptz AND settled_at IS NULL))
      ORDER BY id`,
    [userIds, tx.now],
  );

/**
 * Takes these people out of whatever they are in: a live round ends by the one door, with `restriction` as its
 * reason; a vote under way is a skip; the session ends. Their journeys and their partners' are locked already.
 */
export async function eject(tx: Tx, userIds: readonly string[]): Promise<void> {
  for (const { id } of await openRounds(tx, userIds)) {
    const locked = await lockRound(tx, id);
    const by = locked.participants.map((one) => one.user_id).filter((one) => userIds.includes(one));
    await endRound(tx, locked, { reason: 'restriction', by });
    for (const userId of by) await withdrawVote(tx, locked, userId);
  }
  const journeys = await lockJourneys(tx, userIds);
  for (const journey of journeys.values()) advance(journey, 'restricted');
  await saveJourneys(tx, journeys.values());
}

/**
 * Something about the restrictions of these people has changed: the new version publishes their views anew.
 * @param subjects of the restriction: accounts and devices
 */
export async function remarkRestriction(tx: Tx, subjects: readonly string[]): Promise<void> {
  const journeys = await lockJourneys(tx, subjects, subjects);
  for (const journey of journeys.values()) advance(journey, 'restriction_changed');
  await saveJourneys(tx, journeys.values());
}
