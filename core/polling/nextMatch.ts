import { clock } from '#core/clock.ts';
import { holdPoll, type Hold } from './hold.ts';
import { inLiveRound } from '#core/journey/journey.ts';
import { statusOfPast } from './pastSessions.ts';
import { poll } from './poll.ts';
import type { Polled } from './turn.ts';
import type { ViewBody } from '#core/views/view.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';

/** The answer of the product's one question: what is next for me? */
export interface NextMatch extends Omit<ViewBody, 'decision'> {
  queue: {
    /** From 1; null outside the queue. */
    position: number | null;
    size: number;
    estimated_wait_seconds: number | null;
    waiting_since: string;
    cooldown_until: string | null;
  } | null;
  decision: (NonNullable<ViewBody['decision']> & { seconds: number; remaining_ms: number }) | null;
  /** While waiting: everybody who is here was met in this session; a new session may meet them again. */
  nobody_new: boolean;
  poll_after_ms: number;
  /** Instants are written out here: JSON.stringify takes 2 µs longer for two Dates. */
  server_time: string;
}

/**
 * What is next for this person: nothing yet, a match, a decision, or the end of a call. Held while waiting, and
 * elsewhere as long as `seen` is the current version. One Redis round trip, no SQL, on the normal path.
 * @throws `not_found` for an unknown or a stranger's session; `unauthenticated` when the account is gone
 */
export async function nextMatch(
  who: { userId: string; pool: string },
  sessionId: string,
  seen: number | null,
  hold: Hold,
): Promise<NextMatch> {
  const isNews = (polled: Polled, first: Polled): boolean =>
    polled.view.session_id !== sessionId ||
    polled.tells ||
    polled.nobodyNew !== first.nobodyNew ||
    polled.view.state === 'IDLE' ||
    (seen !== null ? seen !== polled.view.version : !waitsAsBefore(polled, first));
  const polled = await holdPoll({ ...who, seen, sessionId }, hold, isNews);
  return polled.view.session_id === sessionId ? answer(polled) : pastSession(who.userId, sessionId, polled);
}

/** Without `seen` a request is held in WAITING alone, and until anything at all has changed. */
const waitsAsBefore = (polled: Polled, first: Polled): boolean =>
  polled.view.state === 'WAITING' && polled.view.version === first.view.version;

/**
 * A heartbeat says only: I am here.
 * @throws as `nextMatch`
 */
export async function heartbeat(who: { userId: string; pool: string }, sessionId: string) {
  const polled = await poll({ ...who, arrived: true, seen: -1, sessionId });
  const { body, session_id } =
    polled.view.session_id === sessionId
      ? { body: polled.body, session_id: sessionId }
      : { body: await pastSession(who.userId, sessionId, polled), session_id: sessionId };
  return { session_id, status: body.session_status, state: body.state, state_version: body.state_version };
}

function answer(polled: Polled): NextMatch {
  const { view, body } = polled;
  const nowMs = clock.ms();
  return {
    match_found: body.match_found,
    state: body.state,
    state_version: body.state_version,
    session_id: body.session_id,
    session_status: body.session_status,
    message: body.message,
    match_data: body.match_data,
    decision: body.decision && {
      ...body.decision,
      seconds: settings.decisionSeconds,
      remaining_ms: remainingMs(view.round?.decide_until_ms, nowMs),
    },
    notice: body.notice,
    queue: view.state === 'WAITING' ? queueOf(polled, nowMs) : null,
    nobody_new: polled.nobodyNew,
    poll_after_ms: pollAfterMs(view.state),
    server_time: isoNow(nowMs),
  };
}

const queueOf = (
  { view, place, queueSize, estimatedWaitSeconds }: Polled,
  nowMs: number,
): NextMatch['queue'] => ({
  position: place === null ? null : place + 1,
  size: queueSize,
  estimated_wait_seconds: estimatedWaitSeconds,
  waiting_since: iso(Math.min(view.waiting_since_ms, nowMs)), // later: after a vote, see view.ts
  cooldown_until: view.cooldown_until_ms > nowMs ? iso(view.cooldown_until_ms) : null,
});

const remainingMs = (untilMs: number | undefined, nowMs: number): number =>
  Math.max(0, (untilMs ?? 0) - nowMs);

const iso = (ms: number): string => new Date(ms).toISOString();

let now = { ms: 0, text: iso(0) };

/** All polls of a turn are answered at the same instant: it is written out once. */
function isoNow(ms: number): string {
  if (ms !== now.ms) now = { ms, text: iso(ms) };
  return now.text;
}

function pollAfterMs(state: ViewBody['state']): number {
  if (state === 'IDLE') return rules.pollAfterMs.idle;
  return inLiveRound(state) ? rules.pollAfterMs.inRound : rules.pollAfterMs.waiting;
}

/** A session that is no longer the current one: IDLE as far as it is concerned, and never held. */
async function pastSession(userId: string, sessionId: string, { view, body }: Polled): Promise<NextMatch> {
  const status = await statusOfPast(userId, sessionId);
  return {
    match_found: false,
    state: 'IDLE',
    state_version: view.version,
    session_id: sessionId,
    session_status: status,
    message: 'This session has ended',
    match_data: null,
    decision: null,
    notice: body.notice, // the person's, for any round asked about: this answer counts as having told it
    queue: null,
    nobody_new: false,
    poll_after_ms: rules.pollAfterMs.idle,
    server_time: iso(clock.ms()),
  };
}
