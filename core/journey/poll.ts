import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { refuseRestricted } from '#core/safety/statement.ts';
import { acknowledge, comeBack } from './acknowledge.ts';
import { whenDue } from './due.ts';
import { catchUp, publish } from './publish.ts';
import { readInTurn, type Poll, type Polled, type Read } from './turn.ts';

const stepsBeforeAnswer = 5;

/**
 * Reads one person's view in one Redis round trip, as a sign of life. Off the normal path it first does what
 * the clock, a seen notice or a return asks for: then it reads again.
 * @throws `unauthenticated` when the account is gone; `restricted`; an ioredis error when Redis does not answer
 */
export async function poll(ask: Poll): Promise<Polled> {
  let at = ask;
  for (let step = 0; step <= stepsBeforeAnswer; step += 1) {
    const read = await readInTurn(at);
    if (read === null) {
      at = { ...ask, pool: await readThrough(ask.userId) };
      continue;
    }
    refuseRestricted(read.polled.view.restriction);
    if (!(await settleFirst(ask, read))) return read.polled;
  }
  throw new Problem('unavailable');
}

/** A missing view is rebuilt from Postgres; says in which pool it belongs. */
async function readThrough(userId: string): Promise<string> {
  const [view] = await publish([userId]);
  if (!view) throw new Problem('unauthenticated', 'This account no longer exists');
  return view.pool;
}

/** What has to happen before this poll can be answered truthfully; true when something did. */
async function settleFirst(ask: Poll, { polled: { view }, noticeSeen }: Read): Promise<boolean> {
  if (await whenDue(view, clock.ms())) return true;
  if (noticeSeen) return (await acknowledge(ask.userId, ask.seen ?? view.notice_version)) || catchUp(view);
  if (view.parked && ask.arrived && view.notice_version === 0)
    return (await comeBack(ask.userId)) || catchUp(view);
  return false;
}
