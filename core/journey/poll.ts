import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { refuseRestricted } from '#core/safety/statement.ts';
import { acknowledge, comeBack } from './acknowledge.ts';
import { endDue, isDue } from './due.ts';
import { catchUp, publish } from './publish.ts';
import { readInTurn, type Poll, type Polled } from './turn.ts';
import type { View } from './view.ts';

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
  // Some verb has told them what another process has committed and not brought out yet.
  if (ask.seen !== null && ask.seen > view.version) return catchUp(view);
  if (noticeSeen) return orCatchUp(acknowledge(ask.userId, view.notice_version), view);
  if (view.parked && ask.arrived && view.notice_version === 0) return orCatchUp(comeBack(ask.userId), view);
  // It is over, or else the present one, and has been begun while the view could not be brought out.
  if (ask.sessionId !== undefined && ask.sessionId !== view.session_id) return catchUp(view);
  return null;
}

const orCatchUp = async (moved: Promise<boolean>, view: View): Promise<boolean> =>
  (await moved) || catchUp(view);
