import { Problem } from '#core/errors.ts';
import { next, transitions, type JourneyEvent, type PublicReason, type State } from './journey.ts';

/** What a person is told about a round that has ended. */
export interface Notice {
  match_id: string;
  reason: PublicReason;
  initiated_by: 'me' | 'partner' | 'system';
  target_state: State;
}

/** A row of `journeys`: where one person is. `events` are the steps taken since it was read. */
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
  /** After which round this person voted last in this session; see core/decisions/voters.ts. */
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

/**
 * Takes one step of the table in memory. A person who comes to WAITING and asked for a pause goes on to IDLE; one who
 * has an unseen match waits outside the pool. Coming to IDLE by anything but a pause ends the session.
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
  // The end of a call has covered the match: it appears now, and a person who has seen the end has not seen it.
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

/** What a step means for its session: paused, active again, or ended with the event as the reason. */
export function sessionChange(step: Step): { id: string; status: string; reason: string | null }[] {
  if (step.session_id === null) return [];
  if (step.event === 'pause') return [{ id: step.session_id, status: 'paused', reason: null }];
  if (step.event === 'resume') return [{ id: step.session_id, status: 'active', reason: null }];
  if (endsSession(step.event, step.to_state))
    return [{ id: step.session_id, status: 'ended', reason: step.event }];
  return [];
}
