import { anyOf } from '#db/postgres.ts';
import type { Tx } from '#core/transaction.ts';
import { Problem } from '#core/errors.ts';
import { countStep } from './journeyMetrics.ts';
import { next, transitions, type JourneyEvent, type PublicReason, type State } from './journey.ts';
import { isOut, publish } from './publish.ts';

/** What a person is told about a round that has ended. */
export interface Notice {
  match_id: string;
  reason: PublicReason;
  initiated_by: 'me' | 'partner' | 'system';
  target_state: State;
}

/** A row of `journeys`: where one person is. `events` are the steps taken since it was locked. */
export interface Journey {
  user_id: string;
  device_id: string;
  pool: string;
  state: State;
  version: number;
  session_id: string | null;
  round_id: string | null;
  waiting_since: Date | null;
  parked: boolean;
  pause_asked: boolean;
  notice: Notice | null;
  match_notices: string[];
  match_notice_version: number | null;
  early_exits: number;
  cooldown_until: Date | null;
  /** After which round this person voted last in this session; see core/matching/voters.ts. */
  voted_round_id: string | null;
  last_seen_at: Date;
  events: Step[];
}

/** One step of a journey that was taken in memory. */
export interface Step {
  user_id: string;
  version: number;
  event: JourneyEvent;
  from_state: State;
  to_state: State;
  round_id: string | null;
  session_id: string | null;
  /** Since when they had been waiting, or had waited before their round; counted, not stored. */
  requested_before: Date | null;
}

type Changes = Partial<Omit<Journey, 'user_id' | 'state' | 'version' | 'events'>>;

/** Thrown when a row is not as it was locked; the transaction is repeated. */
export class LostUpdate extends Error {
  readonly original = { code: '40001' };
}

/**
 * Locks journeys in the order of their user ids: the one lock order of the house (DESIGN section 2).
 * Whatever has moved them last has happened before this transaction, whenever that began, and is published before
 * this verb answers: it may tell of a step that another process has committed and not brought out yet.
 * @param userIds whom
 * @param deviceIds also everybody who sits at these devices
 */
export async function lockJourneys(
  tx: Tx,
  userIds: readonly string[],
  deviceIds: readonly string[] = [],
): Promise<Map<string, Journey>> {
  const rows = await tx.sql<Row>(lockStatement, [userIds, deviceIds]);
  for (const { changed_at } of rows) tx.follows(changed_at);
  const journeys = new Map(rows.map((row) => [row.user_id, journeyOf(row)]));
  const late = rows.filter(({ version, published_version }) => published_version < version);
  if (late.length > 0) tx.afterCommit(() => bringOut(late, journeys));
  return journeys;
}

const lockStatement = `
  SELECT user_id, changed_at, device_id, pool, state, version, session_id, round_id, waiting_since, parked, pause_asked,
         notice, match_notices, match_notice_version, early_exits, cooldown_until, voted_round_id, last_seen_at,
         published_version
    FROM journeys
   WHERE user_id = ${anyOf('$1::uuid[]')} OR device_id = ${anyOf('$2::uuid[]')}
   ORDER BY user_id
     FOR UPDATE`;

type Row = Omit<Journey, 'events'> & { changed_at: Date; published_version: number };

/** Those whom this verb has moved on come out by themselves, and many have come out and are only to be written down. */
async function bringOut(late: readonly Row[], journeys: ReadonlyMap<string, Journey>): Promise<void> {
  const stayed = late.filter((row) => journeys.get(row.user_id)?.version === row.version && !isOut(row));
  if (stayed.length > 0) await publish(stayed.map(({ user_id }) => user_id));
}

const journeyOf = ({ changed_at: _, published_version: __, ...row }: Row): Journey => ({
  ...row,
  events: [],
});

/**
 * Locks one person's journey.
 * @throws `unauthenticated` when the account is gone
 */
export async function lockJourney(tx: Tx, userId: string): Promise<Journey> {
  const journey = (await lockJourneys(tx, [userId])).get(userId);
  if (!journey) throw new Problem('unauthenticated', 'This account no longer exists');
  return journey;
}

/**
 * Takes one step of the table in memory; `saveJourneys` writes it. Whoever comes to WAITING and asked for a
 * pause goes on to IDLE; whoever has an unseen match waits outside the pool. Coming to IDLE by anything but a
 * pause ends the session.
 * @throws `wrong_state` when the table has no such step
 */
export function advance(journey: Journey, event: JourneyEvent, changes: Changes = {}): void {
  const to = next(journey.state, event);
  if (to === null) throw new Problem('wrong_state', `${event} is not possible while ${journey.state}`);
  const from = journey.state;
  const roundId = journey.round_id ?? changes.round_id ?? null;
  const requestedBefore = journey.waiting_since;
  Object.assign(journey, arriving(to, journey, from), changes, { state: to, version: journey.version + 1 });
  journey.events.push({
    user_id: journey.user_id,
    version: journey.version,
    event,
    from_state: from,
    to_state: to,
    round_id: roundId,
    session_id: journey.session_id,
    requested_before: requestedBefore,
  });
  if (endsSession(event, to)) Object.assign(journey, { session_id: null, voted_round_id: null });
  // The end of a call has covered the match: it appears now, and whoever has seen the end has not seen it.
  if (from === 'DISCONNECTING' && to !== from && journey.match_notices.length > 0)
    journey.match_notice_version = journey.version;
  if (to === 'WAITING' && from !== 'WAITING' && journey.match_notices.length > 0) journey.parked = true;
  if (to === 'WAITING' && journey.pause_asked) advance(journey, 'pause', { pause_asked: false });
}

const endsSession = (event: JourneyEvent, to: State): boolean =>
  to === 'IDLE' && event in transitions && event !== 'pause';

/** What entering a state sets by itself: no row keeps a round, a place or a notice of the state before. */
function arriving(to: State, journey: Journey, from: State): Changes {
  if (to === from) return {};
  if (to === 'IDLE')
    return { round_id: null, waiting_since: null, parked: false, pause_asked: false, notice: null };
  if (to === 'WAITING')
    return { round_id: null, parked: from === 'DECIDING' && journey.parked, notice: null };
  return { parked: false, notice: null };
}

/**
 * Writes the steps taken: one compare-and-set on version and one row of history a step, in one statement.
 * Publishes the views and wakes their holders after the commit.
 * @throws LostUpdate when a row is no longer as it was locked
 */
export async function saveJourneys(tx: Tx, journeys: Iterable<Journey>): Promise<void> {
  const moved = [...journeys].filter((journey) => journey.events.length > 0);
  if (moved.length === 0) return;
  const steps = moved.flatMap((journey) => journey.events);
  const rows = moved.map(({ events, ...row }) => ({ ...row, was: row.version - events.length }));
  const sessions = steps.flatMap(sessionChange);
  const bind = [JSON.stringify(rows), JSON.stringify(steps), tx.now, JSON.stringify(sessions)];
  const saved = await tx.sql(saveStatement, bind);
  if (saved.length !== moved.length) throw new LostUpdate('A journey changed under its lock');
  for (const journey of moved) journey.events = [];
  const userIds = moved.map((journey) => journey.user_id);
  tx.afterCommit(() => steps.forEach((step) => countStep({ ...step, at: tx.now })));
  tx.afterCommit(async () => void (await publish(userIds)));
}

/** What a step means for its session: paused, active again, or ended with the event as the reason. */
export function sessionChange(step: Step): { id: string; status: string; reason: string | null }[] {
  if (step.session_id === null) return [];
  if (step.event === 'pause') return [{ id: step.session_id, status: 'paused', reason: null }];
  if (step.event === 'resume') return [{ id: step.session_id, status: 'active', reason: null }];
  if (endsSession(step.event, step.to_state))
    return [{ id: step.session_id, status: 'ended', reason: step.event }];
  return [];
}

/**
 * The planner takes a recordset for a hundred rows, and would read whole tables to join it; ids in an array it looks up.
 */
const saveStatement = `
  WITH change AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS c(
      user_id uuid, was integer, version integer, state text, device_id uuid, pool text, session_id uuid,
      round_id uuid, waiting_since timestamptz, parked boolean, pause_asked boolean, notice jsonb,
      match_notices jsonb, match_notice_version integer, early_exits integer, cooldown_until timestamptz,
      voted_round_id uuid, last_seen_at timestamptz)
  ), told AS (
    INSERT INTO journey_events (user_id, version, event, from_state, to_state, round_id, session_id, at)
    SELECT user_id, version, event, from_state, to_state, round_id, session_id, $3::timestamptz
      FROM jsonb_to_recordset($2::jsonb) AS e(
        user_id uuid, version integer, event text, from_state text, to_state text, round_id uuid, session_id uuid)
  ), session_change AS (
    SELECT * FROM jsonb_to_recordset($4::jsonb) AS c(id uuid, status text, reason text)
  ), sessions_changed AS (
    UPDATE sessions s
       SET status = c.status, end_reason = c.reason,
           ended_at = CASE WHEN c.status = 'ended' THEN $3::timestamptz END
      FROM session_change c
     WHERE s.id = c.id AND s.id = ANY (ARRAY(SELECT id FROM session_change))
  )
  UPDATE journeys j
     SET version = c.version, guard = j.guard + 1, state = c.state, device_id = c.device_id, pool = c.pool, session_id = c.session_id,
         round_id = c.round_id, waiting_since = c.waiting_since, parked = c.parked, pause_asked = c.pause_asked,
         notice = nullif(c.notice, 'null'),
         match_notices = ARRAY(SELECT jsonb_array_elements_text(c.match_notices)::uuid),
         match_notice_version = c.match_notice_version, early_exits = c.early_exits,
         cooldown_until = c.cooldown_until, voted_round_id = c.voted_round_id,
         last_seen_at = greatest(j.last_seen_at, c.last_seen_at),
         changed_at = $3::timestamptz
    FROM change c
   WHERE j.user_id = c.user_id AND j.version = c.was
     AND j.user_id = ANY (ARRAY(SELECT user_id FROM change))
  RETURNING j.user_id`;

/** Notes that something matching looks at has changed: whatever was decided on the old version is void. */
export async function touchJourney(tx: Tx, userId: string, event: 'profile'): Promise<void> {
  const journey = await lockJourney(tx, userId);
  advance(journey, event);
  await saveJourneys(tx, [journey]);
}
