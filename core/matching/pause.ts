import { command, type Decision } from '#core/commands/command.ts';
import { journeyIn, movesOf } from '#core/commands/moves.ts';
import { Problem } from '#core/errors.ts';
import { advance, type Journey } from '#core/journey/advance.ts';
import { refuseAsked } from '#core/safety/accountNeeded.ts';
import { presentStatement, refuseRestricted } from '#core/safety/statement.ts';
import type { Changes } from '#core/store/commit.ts';
import { restrictionOf, type DeviceFact, type Facts } from '#core/store/facts.ts';
import type { SessionState } from './session.ts';

interface Asked {
  userId: string;
  sessionId: string;
}

const needs = ({ userId, sessionId }: Asked) => ({ people: [userId], sessions: [sessionId] });

const pauseCommand = command({ name: 'pause', needs, decide: decidePause });
const resumeCommand = command({ name: 'resume', needs, decide: decideResume });

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

/** The rule of `pause`. Pure. */
export function decidePause(facts: Facts, asked: Asked, now: Date): Decision<SessionState> {
  const journey = journeyOfSession(facts, asked);
  if (journey.state === 'WAITING') advance(journey, 'pause');
  else if (journey.state !== 'IDLE' && !journey.pause_asked)
    advance(journey, 'pause_asked', { pause_asked: true });
  return { changes: movesOf(facts, [journey], now), answer: sessionState(facts, journey, now) };
}

/** The rule of `resume`. Pure. */
export function decideResume(facts: Facts, asked: Asked, now: Date): Decision<SessionState> {
  const journey = journeyOfSession(facts, asked);
  let claim: Changes = { guards: [], writes: [] };
  if (journey.state === 'IDLE') {
    const restriction = restrictionOf(facts, [journey.user_id, journey.device_id], now);
    refuseRestricted(restriction && presentStatement(restriction), now.getTime());
    refuseAsked(facts.accountNeeded.get(journey.user_id) ?? null);
    claim = claimDevice(facts, journey);
    advance(journey, 'resume', { waiting_since: now, last_seen_at: now });
  } else if (journey.pause_asked) advance(journey, 'pause_withdrawn', { pause_asked: false });
  const moves = movesOf(facts, [journey], now);
  return {
    changes: { guards: [...moves.guards, ...claim.guards], writes: [...moves.writes, ...claim.writes] },
    answer: sessionState(facts, journey, now),
  };
}

function journeyOfSession(facts: Facts, { userId, sessionId }: Asked): Journey {
  if (facts.sessions.get(sessionId)?.user_id !== userId) throw new Problem('not_found', 'No such session');
  const journey = journeyIn(facts, userId);
  if (journey.session_id !== sessionId) throw new Problem('wrong_state', 'This session has ended');
  return journey;
}

/**
 * One search a device. The device's guard is compared and bumped, so that of two who begin at once on one device the
 * second one is decided again and finds the first.
 * @throws `device_busy` while another account searches, or is in a round, on the device
 */
function claimDevice(facts: Facts, { user_id, device_id }: Journey): Changes {
  const busy = [...facts.journeys.values()].some(
    (other) => other.device_id === device_id && other.user_id !== user_id && other.state !== 'IDLE',
  );
  if (busy) throw new Problem('device_busy');
  const device = deviceOf(facts, device_id);
  return {
    guards: [{ owner: 'devices', id: device.id, guard: device.guard }],
    writes: [{ table: 'devices', how: 'update', row: { ...device } }],
  };
}

function deviceOf(facts: Facts, id: string): DeviceFact {
  const device = facts.devices.get(id);
  if (!device) throw new Error(`Device ${id} was not loaded`);
  return device;
}

function sessionState(facts: Facts, journey: Journey, now: Date): SessionState {
  const device = deviceOf(facts, journey.device_id);
  const until = Math.max(journey.cooldown_until?.getTime() ?? 0, device.cooldown_until?.getTime() ?? 0);
  return {
    session_id: journey.session_id,
    status: journey.state === 'IDLE' ? 'paused' : 'active',
    state: journey.state,
    state_version: journey.version,
    cooldown_until: until > now.getTime() ? new Date(until) : null,
  };
}
