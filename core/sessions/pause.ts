import { command } from '#core/commands/command.ts';
import { journeyIn, type Draft } from '#core/commands/draft.ts';
import { Problem } from '#core/errors.ts';
import { advance, type Journey } from '#core/journey/advance.ts';
import { claimDevice, refuseEntry, refuseStrangersSession, stateOf, type SessionState } from './session.ts';

interface Asked {
  userId: string;
  sessionId: string;
}

const needs = ({ userId, sessionId }: Asked) => ({ people: [userId], sessions: [sessionId] });

const pauseCommand = command({ name: 'pause', needs, rule: pauseRule });
const resumeCommand = command({ name: 'resume', needs, rule: resumeRule });

/**
 * Pauses the search: at once while waiting, otherwise on the way back to the pool.
 * @throws `not_found` for an unknown or a stranger's session; `wrong_state` when it has ended
 */
export const pause = (userId: string, sessionId: string): Promise<SessionState> =>
  pauseCommand({ userId, sessionId });

/**
 * Continues a paused search; the wait begins anew. Takes back a pause that has not begun.
 * @throws `not_found` for an unknown or a stranger's session; `wrong_state` when it has ended; `restricted`;
 * `account_needed`; `device_busy`
 */
export const resume = (userId: string, sessionId: string): Promise<SessionState> =>
  resumeCommand({ userId, sessionId });

/** The rule of `pause`. */
export function pauseRule(draft: Draft, asked: Asked): SessionState {
  const journey = journeyOfSession(draft, asked);
  if (journey.state === 'WAITING') advance(journey, 'pause');
  else if (journey.state !== 'IDLE' && !journey.pause_asked)
    advance(journey, 'pause_asked', { pause_asked: true });
  return stateOf(draft, journey);
}

/** The rule of `resume`. */
export function resumeRule(draft: Draft, asked: Asked): SessionState {
  const journey = journeyOfSession(draft, asked);
  if (journey.state === 'IDLE') {
    refuseEntry(draft, journey.user_id, journey.device_id);
    claimDevice(draft, journey.user_id, journey.device_id);
    advance(journey, 'resume', { waiting_since: draft.now, last_seen_at: draft.now });
  } else if (journey.pause_asked) advance(journey, 'pause_withdrawn', { pause_asked: false });
  return stateOf(draft, journey);
}

function journeyOfSession(draft: Draft, { userId, sessionId }: Asked): Journey {
  refuseStrangersSession(draft, userId, sessionId);
  const journey = journeyIn(draft, userId);
  if (journey.session_id !== sessionId) throw new Problem('wrong_state', 'This session has ended');
  return journey;
}
