import { found, Problem } from '#core/errors.ts';
import { once } from '#core/idempotency.ts';
import { newId } from '#core/ids.ts';
import { logDeed } from '#core/audit/log.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { liftIn, lockReached, lockRestriction, type Restriction } from './lift.ts';
import { thereIsAnother } from './restrict.ts';

/** A row of `appeals`. */
export interface Appeal {
  id: string;
  restriction_id: string;
  user_id: string;
  device_id: string;
  text: string;
  status: 'pending' | 'upheld' | 'lifted';
  answer: string | null;
  answered_by: string | null;
  answered_at: Date | null;
  created_at: Date;
}

export const appealColumns =
  'id, restriction_id, user_id, device_id, text, status, answer, answered_by, answered_at, created_at';

/**
 * Appeals against a restriction or a warning that reaches the person: once each.
 * @throws `not_found` for one that does not reach them; `nothing_to_appeal` when it is over;
 *   `appealed_already`; `idempotency_mismatch`
 */
export function appeal(
  who: { userId: string; deviceId: string },
  request: { restriction_id: string; text: string },
  key: string | undefined,
): Promise<Appeal> {
  return transaction(async (tx) => {
    const asked = { scope: `appeal:${who.userId}`, key, request };
    const { id } = await once(tx, asked, async () => ({ id: await save(tx, who, request) }));
    return found(await readAppeal(tx, id), 'appeal');
  });
}

async function save(
  tx: Tx,
  { userId, deviceId }: { userId: string; deviceId: string },
  { restriction_id, text }: { restriction_id: string; text: string },
): Promise<string> {
  const reaches = await tx.one<{ over: boolean; user_id: string }>(
    `SELECT r.user_id, r.lifted_at IS NOT NULL OR r.until <= $4 AS over
       FROM restriction_reach t JOIN restrictions r ON r.id = t.restriction_id
      WHERE r.id = $1 AND t.subject IN ($2, $3) LIMIT 1`,
    [restriction_id, userId, deviceId, tx.now],
  );
  if (found(reaches, 'restriction').over) throw new Problem('nothing_to_appeal');
  const id = newId();
  const saved = await tx.one(
    `INSERT INTO appeals (id, restriction_id, user_id, device_id, text, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (restriction_id, user_id) DO NOTHING RETURNING id`,
    [id, restriction_id, userId, deviceId, text, tx.now],
  );
  if (!saved) throw new Problem('appealed_already');
  await logDeed(tx, {
    actor: userId,
    action: 'appeal',
    subject: userId,
    details: { restriction_id, appeal_id: id },
  });
  return id;
}

/**
 * Answers an appeal: the restriction stands, or it is lifted. For whom it reached by their device alone, only
 * that device is released.
 * @throws `not_found`; `settled_already`; `another_moderator` for who imposed or confirmed it, as long as there is
 *   another moderator: a lone one may, and the log says so
 */
export const answerAppeal = (
  appealId: string,
  by: string,
  { decision, answer }: { decision: 'uphold' | 'lift'; answer: string },
): Promise<Appeal> =>
  transaction(async (tx) => {
    const asked = found(await readAppeal(tx, appealId), 'appeal');
    await lockReached(tx, asked.restriction_id);
    const restriction = await lockRestriction(tx, asked.restriction_id);
    const appealed = found(await readAppeal(tx, appealId), 'appeal');
    if (appealed.status !== 'pending') throw new Problem('settled_already');
    const involved = [restriction.issued_by, restriction.confirmed_by, appealed.user_id];
    const alone = involved.includes(by) && !(await thereIsAnother(tx, [...involved, by]));
    if (involved.includes(by) && !alone) throw new Problem('another_moderator');

    const status = decision === 'lift' ? 'lifted' : 'upheld';
    const changes = { status, answer, answered_by: by, answered_at: tx.now } as const;
    await tx.sql(
      'UPDATE appeals SET status = $2, answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1',
      [...[appealId, status, answer, by, tx.now]],
    );
    if (decision === 'lift') await release(tx, restriction, appealed, by);
    await logDeed(tx, {
      actor: by,
      action: decision === 'lift' ? 'appeal_lift' : 'appeal_uphold',
      subject: appealed.user_id,
      details: { appeal_id: appealId, restriction_id: restriction.id, alone },
    });
    return { ...appealed, ...changes };
  });

async function release(
  tx: Tx,
  restriction: Restriction,
  { user_id, device_id }: Appeal,
  by: string,
): Promise<void> {
  if (restriction.user_id === user_id) {
    if (restriction.lifted_at === null) await liftIn(tx, restriction, by);
    return;
  }
  await tx.sql('DELETE FROM restriction_reach WHERE restriction_id = $1 AND subject = $2', [
    restriction.id,
    device_id,
  ]);
}

const readAppeal = (tx: Tx, id: string): Promise<Appeal | undefined> =>
  tx.one<Appeal>(`SELECT ${appealColumns} FROM appeals WHERE id = $1`, [id]);
