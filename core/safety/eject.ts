import { journeyIfAny, roundIn, touchDevice } from '#core/commands/draft.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { withdrawVote } from '#core/decisions/withdraw.ts';
import { advance } from '#core/journey/advance.ts';
import { endRound } from '#core/rounds/end.ts';
import { LostUpdate, type Tx } from '#core/transaction.ts';

/** People who are to be ejected, everybody concerned locked. */
export interface Reached {
  /** The person and everybody at the devices. */
  people: string[];
  devices: readonly string[];
  /** Their rounds that go on, or whose decision is still open. */
  rounds: string[];
}

/**
 * Locks a person, everybody at these devices, and the partners of all of them, in the order of all commits.
 * Who that is can be known only by looking: so look, lock, and look again.
 * @throws LostUpdate when one of them was paired meanwhile; the transaction is repeated
 */
export async function lockReached(tx: Tx, userId: string, devices: readonly string[]): Promise<Reached> {
  const before = await look(tx, userId, devices);
  await lockDraft(tx, { people: before.people, devices, rounds: before.rounds });
  const after = await look(tx, userId, devices);
  const isNew = (now: readonly string[], then: readonly string[]) => now.some((id) => !then.includes(id));
  if (isNew(after.people, before.people) || isNew(after.rounds, before.rounds))
    throw new LostUpdate('Somebody came or was paired between the look and the lock');
  return { devices, ...after };
}

async function look(tx: Tx, userId: string, devices: readonly string[]) {
  const journeys = await tx.sql<{ user_id: string }>(
    'SELECT user_id FROM journeys WHERE user_id = $1 OR device_id = ANY($2::uuid[])',
    [userId, devices],
  );
  const people = journeys.map((row) => row.user_id);
  const rounds = await tx.sql<{ id: string }>(
    `SELECT id FROM rounds
      WHERE (user1_id = ANY($1::uuid[]) OR user2_id = ANY($1::uuid[]))
        AND (status IN ('waiting', 'active') OR (decide_until > $2::timestamptz AND settled_at IS NULL))
      ORDER BY id`,
    [people, tx.now],
  );
  return { people, rounds: rounds.map((row) => row.id) };
}

/**
 * Takes these people out of all that they are in: a live round ends by the one door, with `restriction` as its
 * reason; a vote under way is a skip; the session ends. The guards of the devices are bumped: a search that begins on
 * one of them at this moment is decided again.
 */
export async function eject(tx: Tx, { people, devices, rounds }: Reached): Promise<void> {
  const draft = await lockDraft(tx, { people, devices, rounds }); // locked already, and perhaps changed since
  for (const roundId of rounds) {
    const seen = roundIn(draft, roundId);
    const by = seen.participants.map((one) => one.user_id).filter((one) => people.includes(one));
    endRound(draft, roundId, { reason: 'restriction', by });
    for (const userId of by) withdrawVote(draft, seen, userId);
  }
  for (const userId of people) {
    const journey = journeyIfAny(draft, userId);
    if (journey) advance(journey, 'restricted');
  }
  for (const deviceId of devices) if (draft.facts.devices.has(deviceId)) touchDevice(draft, deviceId);
  await saveDraft(tx, draft);
}

/**
 * Something about the restrictions of these people has changed: the new version publishes their views anew.
 * @param subjects of the restriction: accounts and devices
 */
export async function remarkRestriction(tx: Tx, subjects: readonly string[]): Promise<void> {
  const draft = await lockDraft(tx, { people: subjects, devices: subjects });
  for (const { user_id, device_id } of draft.facts.journeys.values()) {
    if (!subjects.includes(user_id) && !subjects.includes(device_id)) continue;
    const journey = journeyIfAny(draft, user_id);
    if (journey) advance(journey, 'restriction_changed');
  }
  await saveDraft(tx, draft);
}
