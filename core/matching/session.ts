import { newId } from '#core/ids.ts';
import { once } from '#core/idempotency.ts';
import { found, Problem } from '#core/errors.ts';
import { advance, lockJourney, saveJourneys, type Journey } from '#core/journey/advance.ts';
import { inLiveRound } from '#core/journey/journey.ts';
import { endRound } from '#core/rounds/end.ts';
import { lockRound } from '#core/rounds/round.ts';
import type { Gender, SearchMode } from '#core/rules.ts';
import { claimDevice } from '#core/safety/oneSearch.ts';
import { refuseRestrictedIn } from '#core/safety/restricted.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { poolFor } from './pool.ts';

/** Whom somebody would like to meet: hard limits, and wishes that only order the choice. */
export interface Preferences {
  mode: SearchMode;
  min_age: number;
  max_age: number;
  /** Empty: everybody. */
  genders: Gender[];
  preferred_interests: string[];
  /** 0–1: how much the ratings of former partners count in the score. */
  personality_weight: number;
  max_distance_km: number | null;
}

/** Where somebody's search stands after a verb of this file. */
export interface SessionState {
  session_id: string | null;
  status: 'active' | 'paused' | 'ended';
  state: Journey['state'];
  state_version: number;
  cooldown_until: Date | null;
}

interface Who {
  userId: string;
  deviceId: string;
}

/**
 * Starts a session of continuous matching. Whatever was going on ends first, a round by its End. The device
 * of the request is the session's, and cannot be in a second search or paired with itself.
 * @param idempotencyKey repeats the first answer instead of starting anew
 * @throws `unauthenticated` when the account is gone; `idempotency_mismatch`; `restricted`; `account_needed`; `device_busy`
 */
export async function startSession(
  who: Who,
  preferences: Preferences,
  idempotencyKey?: string,
): Promise<SessionState> {
  return transaction(async (tx) => {
    if (idempotencyKey === undefined) return stateOf(tx, await begins(tx, who, preferences));
    const asked = { scope: `start:${who.userId}`, key: idempotencyKey, request: preferences };
    const { session_id } = await once(tx, asked, async () => {
      const { session_id } = await begins(tx, who, preferences);
      return { session_id };
    });
    return stateOf(tx, await lockJourney(tx, who.userId), session_id);
  });
}

async function begins(tx: Tx, who: Who, preferences: Preferences): Promise<Journey> {
  const journey = await endWhatIsGoingOn(tx, who.userId);
  await refuseRestrictedIn(tx, who.userId, who.deviceId);
  await claimDevice(tx, who.userId, who.deviceId);
  const sessionId = newId();
  const user = await tx.one<{ cell: string | null }>(
    'UPDATE users SET active_at = $2 WHERE id = $1 RETURNING cell',
    [who.userId, tx.now],
  );
  const pool = poolFor(user?.cell ?? null);
  await tx.sql(
    `INSERT INTO sessions (id, user_id, device_id, pool, status, mode, min_age, max_age, genders,
                           preferred_interests, personality_weight, max_distance_km, started_at)
     VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[
        sessionId,
        who.userId,
        who.deviceId,
        pool,
        preferences.mode,
        preferences.min_age,
        preferences.max_age,
      ],
      ...[preferences.genders, preferences.preferred_interests, preferences.personality_weight],
      ...[preferences.max_distance_km, tx.now],
    ],
  );
  advance(journey, 'start', {
    session_id: sessionId,
    device_id: who.deviceId,
    pool,
    waiting_since: tx.now,
    last_seen_at: tx.now,
  });
  if (journey.match_notices.length > 0) journey.parked = true;
  await saveJourneys(tx, [journey]);
  return journey;
}

/** Ends the round (as its End) and the session, whatever the state; leaves the journey IDLE and locked. */
export async function endWhatIsGoingOn(tx: Tx, userId: string): Promise<Journey> {
  const journey = await lockWithRound(tx, userId);
  if (journey.state !== 'IDLE' || journey.session_id !== null) advance(journey, 'end_session');
  await saveJourneys(tx, [journey]);
  return journey;
}

/**
 * Locks somebody's journey, having ended the round they sit in. Which round that is can be known only by
 * looking, and locks are taken in the order of user ids: so look, lock both, and see whether it still is.
 */
async function lockWithRound(tx: Tx, userId: string): Promise<Journey> {
  const seen = await tx.one<{ round_id: string | null; state: Journey['state'] }>(
    'SELECT round_id, state FROM journeys WHERE user_id = $1',
    [userId],
  );
  if (!seen?.round_id || !inLiveRound(seen.state)) {
    const journey = await lockJourney(tx, userId);
    if (!inLiveRound(journey.state)) return journey;
    throw new PairedMeanwhile();
  }
  const locked = await lockRound(tx, seen.round_id, userId);
  await endRound(tx, locked, { reason: 'end', by: [userId] });
  const journey = found(locked.journeys.get(userId), 'account');
  if (inLiveRound(journey.state)) throw new PairedMeanwhile();
  return journey;
}

/** The person was paired between the look and the lock: the transaction is repeated with the right locks. */
class PairedMeanwhile extends Error {
  readonly original = { code: '40001' };
}

/**
 * Ends a session: in a round, the round's End first. Repeating it changes nothing.
 * @throws `not_found` for an unknown or a stranger's session
 */
export async function endSession(userId: string, sessionId: string): Promise<SessionState> {
  return transaction(async (tx) => {
    const isOver = (await ownStatus(tx, userId, sessionId)) === 'ended';
    const journey = isOver ? await lockJourney(tx, userId) : await lockWithRound(tx, userId);
    if (journey.session_id === sessionId) advance(journey, 'end_session');
    await saveJourneys(tx, [journey]);
    return stateOf(tx, journey, sessionId);
  });
}

/**
 * The person's page is gone, perhaps only to be loaded again: they are outside the pool until their next poll, which
 * gives them their old place. Does nothing elsewhere than in WAITING and DECIDING, or when the session has ended.
 * @throws `not_found` for an unknown or a stranger's session
 */
export async function leavePage(userId: string, sessionId: string): Promise<void> {
  await transaction(async (tx) => {
    await ownStatus(tx, userId, sessionId);
    const journey = await lockJourney(tx, userId);
    const leaves = journey.state === 'WAITING' || journey.state === 'DECIDING';
    if (!leaves || journey.session_id !== sessionId || journey.parked) return;
    advance(journey, 'page_left', { parked: true });
    await saveJourneys(tx, [journey]);
  });
}

async function ownStatus(tx: Tx, userId: string, sessionId: string): Promise<SessionState['status']> {
  const row = await tx.one<{ status: SessionState['status'] }>(
    'SELECT status FROM sessions WHERE id = $1 AND user_id = $2',
    [sessionId, userId],
  );
  if (!row) throw new Problem('not_found', 'No such session');
  return row.status;
}

/** @param sessionId the session that was asked about: the present one unless told */
async function stateOf(
  tx: Tx,
  journey: Journey,
  sessionId: string | null = journey.session_id,
): Promise<SessionState> {
  const row = await tx.one<{ until: Date | null; status: SessionState['status'] | null }>(
    `SELECT (SELECT greatest(cooldown_until, $2::timestamptz) FROM devices WHERE id = $1) AS until,
            (SELECT status FROM sessions WHERE id = $3) AS status`,
    [journey.device_id, journey.cooldown_until, sessionId],
  );
  const cooldown = row?.until ?? null;
  return {
    session_id: sessionId,
    status: row?.status ?? 'ended',
    state: journey.state,
    state_version: journey.version,
    cooldown_until: cooldown && cooldown > tx.now ? cooldown : null,
  };
}
