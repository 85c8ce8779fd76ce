import { command } from '#core/commands/command.ts';
import { journeyIn, touchDevice, type Draft } from '#core/commands/draft.ts';
import { once } from '#core/commands/once.ts';
import { Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { advance, type Journey } from '#core/journey/advance.ts';
import { inLiveRound } from '#core/journey/journey.ts';
import { endRound } from '#core/rounds/end.ts';
import type { Gender, SearchMode } from '#core/rules.ts';
import { refuseAsked } from '#core/restrictions/accountNeeded.ts';
import { presentStatement, refuseRestricted } from '#core/restrictions/statement.ts';
import { restrictionOf } from '#core/store/facts.ts';
import { poolFor } from '#core/pools.ts';

/** Whom a person would like to meet: hard limits, and wishes that only order the choice. */
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

/** Where a person's search stands after a command of this folder. */
export interface SessionState {
  session_id: string | null;
  status: 'active' | 'paused' | 'ended';
  state: Journey['state'];
  state_version: number;
  cooldown_until: Date | null;
}

interface Starting {
  userId: string;
  deviceId: string;
  preferences: Preferences;
  idempotencyKey?: string | undefined;
}

const scopeOf = (userId: string): string => `start:${userId}`;

const startCommand = command({
  name: 'start',
  needs: ({ userId, deviceId, idempotencyKey }: Starting) => ({
    people: [userId],
    devices: [deviceId],
    idempotencyKeys: idempotencyKey === undefined ? [] : [{ scope: scopeOf(userId), key: idempotencyKey }],
  }),
  rule: startRule,
});

/**
 * Starts a session of continuous matching. What was going on ends first, a round by its End. The device
 * of the request is the session's, and cannot be in a second search or paired with itself.
 * @param idempotencyKey repeats the first answer instead of starting anew
 * @throws `unauthenticated` when the account is gone; `idempotency_mismatch`; `restricted`; `account_needed`; `device_busy`
 */
export const startSession = (
  who: { userId: string; deviceId: string },
  preferences: Preferences,
  idempotencyKey?: string,
): Promise<SessionState> => startCommand({ ...who, preferences, idempotencyKey });

/** The rule of `startSession`. */
export function startRule(draft: Draft, starting: Starting): SessionState {
  const { userId, preferences, idempotencyKey } = starting;
  const journey = journeyIn(draft, userId);
  const asked = { scope: scopeOf(userId), key: idempotencyKey, request: preferences };
  const { session_id } = once(draft, asked, () => ({ session_id: begin(draft, starting) }));
  return stateOf(draft, journey, session_id);
}

/** @returns the id of the session that has begun */
function begin(draft: Draft, { userId, deviceId, preferences }: Starting): string {
  const journey = endWhatIsGoingOn(draft, userId);
  refuseEntry(draft, userId, deviceId);
  claimDevice(draft, userId, deviceId);
  const sessionId = newId();
  const pool = poolFor(draft.facts.accounts.get(userId)?.cell ?? null);
  draft.writes.push(
    {
      table: 'sessions',
      how: 'insert',
      row: {
        ...{ id: sessionId, user_id: userId, device_id: deviceId, pool, status: 'active', ...preferences },
        ...{ started_at: draft.now, end_reason: null, ended_at: null },
      },
    },
    {
      table: 'users',
      how: 'update',
      row: { id: userId, active_at: draft.now, rating_sum: 0, rating_count: 0 },
    },
  );
  advance(journey, 'start', {
    session_id: sessionId,
    device_id: deviceId,
    pool,
    waiting_since: draft.now,
    last_seen_at: draft.now,
  });
  if (journey.match_notices.length > 0) journey.parked = true;
  return sessionId;
}

/** Ends the round (as its End) and the session, in any state; leaves the journey IDLE. */
export function endWhatIsGoingOn(draft: Draft, userId: string): Journey {
  const journey = journeyIn(draft, userId);
  if (journey.round_id !== null && inLiveRound(journey.state))
    endRound(draft, journey.round_id, { reason: 'end', by: [userId] });
  if (journey.state !== 'IDLE' || journey.session_id !== null) advance(journey, 'end_session');
  return journey;
}

/**
 * What is asked of everybody who enters the pool.
 * @throws `restricted`; `account_needed` for a newcomer of whom more is asked
 */
export function refuseEntry({ facts, now }: Draft, userId: string, deviceId: string): void {
  const restriction = restrictionOf(facts, [userId, deviceId], now);
  refuseRestricted(restriction && presentStatement(restriction), now.getTime());
  const asked = facts.newcomers.get(deviceId);
  refuseAsked(
    facts.accounts.get(userId)?.kind === 'guest' && asked !== undefined && asked > now ? asked : null,
  );
}

/**
 * One search a device. The device's guard is compared and bumped, so that of two who begin at once on one device the
 * second one is decided again and finds the first.
 * @throws `device_busy` while another account searches, or is in a round, on the device
 */
export function claimDevice(draft: Draft, userId: string, deviceId: string): void {
  const busy = [...draft.facts.journeys.values()].some(
    (other) => other.device_id === deviceId && other.user_id !== userId && other.state !== 'IDLE',
  );
  if (busy) throw new Problem('device_busy');
  touchDevice(draft, deviceId);
}

interface Asked {
  userId: string;
  sessionId: string;
}

const needs = ({ userId, sessionId }: Asked) => ({ people: [userId], sessions: [sessionId] });

const endSessionCommand = command({ name: 'end_session', needs, rule: endSessionRule });
const leavePageCommand = command({ name: 'leave_page', needs, rule: leavePageRule });

/**
 * Ends a session: in a round, the round's End first. Repeating it changes nothing.
 * @throws `not_found` for an unknown or a stranger's session
 */
export const endSession = (userId: string, sessionId: string): Promise<SessionState> =>
  endSessionCommand({ userId, sessionId });

/** The rule of `endSession`. */
export function endSessionRule(draft: Draft, { userId, sessionId }: Asked): SessionState {
  refuseStrangersSession(draft, userId, sessionId);
  const journey = journeyIn(draft, userId);
  if (journey.session_id === sessionId) endWhatIsGoingOn(draft, userId);
  return stateOf(draft, journey, sessionId);
}

/**
 * The person's page is gone, perhaps only to be loaded again: they are outside the pool until their next poll, which
 * gives them their old place. Does nothing elsewhere than in WAITING and DECIDING, or when the session has ended.
 * @throws `not_found` for an unknown or a stranger's session
 */
export const leavePage = (userId: string, sessionId: string): Promise<void> =>
  leavePageCommand({ userId, sessionId });

/** The rule of `leavePage`. */
export function leavePageRule(draft: Draft, { userId, sessionId }: Asked): void {
  refuseStrangersSession(draft, userId, sessionId);
  const journey = journeyIn(draft, userId);
  const leaves = journey.state === 'WAITING' || journey.state === 'DECIDING';
  if (leaves && journey.session_id === sessionId && !journey.parked)
    advance(journey, 'page_left', { parked: true });
}

/** @throws `not_found` for an unknown or a stranger's session */
export function refuseStrangersSession({ facts }: Draft, userId: string, sessionId: string): void {
  if (facts.sessions.get(sessionId)?.user_id !== userId) throw new Problem('not_found', 'No such session');
}

/** @param sessionId the session that was asked about: the present one unless told */
export function stateOf(
  { facts, now }: Draft,
  journey: Journey,
  sessionId: string | null = journey.session_id,
): SessionState {
  const device = facts.devices.get(journey.device_id);
  const until = Math.max(journey.cooldown_until?.getTime() ?? 0, device?.cooldown_until?.getTime() ?? 0);
  return {
    session_id: sessionId,
    status:
      sessionId === null || journey.session_id !== sessionId
        ? 'ended'
        : journey.state === 'IDLE'
          ? 'paused'
          : 'active',
    state: journey.state,
    state_version: journey.version,
    cooldown_until: until > now.getTime() ? new Date(until) : null,
  };
}
