import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { refuseRestricted } from '#core/restrictions/statement.ts';
import { acknowledge, comeBack } from '#core/sessions/acknowledge.ts';
import { endDue, isDue } from './due.ts';
import { catchUp, publish } from '#core/views/publish.ts';
import { readInTurn, type Poll, type Polled } from './turn.ts';
import { isPast } from './pastSessions.ts';
import type { View } from '#core/views/view.ts';

const stepsBeforeAnswer = 5;

/**
 * Reads one person's view in one Redis round trip, as a sign of life. Off the normal path it first does what
 * the clock, a seen notice or a return asks for: then it reads again.
 * @throws `unauthenticated` when the account is gone; `restricted`; an ioredis error when Redis does not answer
 */
export async function poll(ask: Poll): Promise<Polled> {
  let at = ask;
  for (let step = 0; step <= stepsBeforeAnswer; step += 1) {
    const polled = await readInTurn(at);
    if (polled === null) {
      at = { ...ask, pool: await readThrough(ask.userId) };
      continue;
    }
    refuseRestricted(polled.view.restriction);
    const first = whatComesFirst(ask, polled);
    if (first === null || !(await first)) return polled;
    at = { ...at, seen: at.seen ?? 0 }; // a plain script's next request has seen what was told; reading again is none
  }
  throw new Problem('unavailable');
}

/** A missing view is rebuilt from Postgres; says in which pool it belongs. */
async function readThrough(userId: string): Promise<string> {
  const [view] = await publish([userId]);
  if (!view) throw new Problem('unauthenticated', 'This account no longer exists');
  return view.pool;
}

/**
 * What has to happen before this poll can be answered truthfully: null on the normal path, else whether anything
 * did.
 */
function whatComesFirst(ask: Poll, { view, noticeSeen }: Polled): Promise<boolean> | null {
  if (isDue(view, clock.ms())) return endDue(view);
  // A command may have told them a version that is committed and not published yet.
  if (ask.seen !== null && ask.seen > view.version && !wasCurrent(view)) return readAgain(view);
  if (noticeSeen) return orCatchUp(acknowledge(ask.userId, view.notice_version), view);
  if (view.parked && ask.arrived && view.notice_version === 0) return orCatchUp(comeBack(ask.userId), view);
  // The session has ended, or it is the present one and its view has not been published.
  if (ask.sessionId !== undefined && ask.sessionId !== view.session_id && !isPast(ask.userId, ask.sessionId))
    return catchUp(view);
  return null;
}

/** The version of each person that PostgreSQL had when a poll asked for a later one; the oldest leave first. */
const current = new Map<string, number>();
const mostCurrent = 10_000;

/**
 * Whether an earlier poll that had seen too much found this version to be the current one. PostgreSQL is not asked
 * again: if a later version is committed and not published, the sweeper publishes it within two seconds.
 */
const wasCurrent = ({ user_id, version }: View): boolean => current.get(user_id) === version;

async function readAgain(view: View): Promise<boolean> {
  if (await catchUp(view)) return true;
  current.delete(view.user_id);
  if (current.size >= mostCurrent) current.delete(current.keys().next().value ?? '');
  current.set(view.user_id, view.version);
  return false;
}

const orCatchUp = async (moved: Promise<boolean>, view: View): Promise<boolean> =>
  (await moved) || catchUp(view);
