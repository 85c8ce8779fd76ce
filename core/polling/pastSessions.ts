import { sql } from '#db/postgres.ts';
import { found, Problem } from '#core/errors.ts';

type Status = 'active' | 'paused' | 'ended';

/** Sessions that have ended, with their owner: they stay so, and a poll need not ask again. The oldest leave first. */
const past = new Map<string, string>();
const mostPast = 10_000;

/** Whether this process knows that this session of this person has ended. */
export const isPast = (userId: string, sessionId: string): boolean => past.get(sessionId) === userId;

/**
 * How a session stands that is not the one of the person's view.
 * @throws `not_found` for an unknown or a stranger's session; `unauthenticated` when the account is gone
 */
export async function statusOfPast(userId: string, sessionId: string): Promise<Status> {
  if (isPast(userId, sessionId)) return 'ended';
  const [asked] = await sql<{ status: Status | null }>(
    'SELECT s.status FROM users u LEFT JOIN sessions s ON s.user_id = u.id AND s.id = $1 WHERE u.id = $2',
    [sessionId, userId],
  );
  if (!asked) throw new Problem('unauthenticated', 'This account no longer exists');
  const status = found(asked.status, 'session');
  if (status === 'ended') {
    if (past.size >= mostPast) past.delete(past.keys().next().value ?? '');
    past.set(sessionId, userId);
  }
  return status;
}
