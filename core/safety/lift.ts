import { found, Problem } from '#core/errors.ts';
import { logDeed } from '#core/audit/log.ts';
import type { FlagCategory } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { remarkRestriction } from './eject.ts';
import { thereIsAnother } from './restrict.ts';

/** A row of `restrictions`. */
export interface Restriction {
  id: string;
  user_id: string;
  kind: 'warning' | 'restriction';
  category: FlagCategory | null;
  reason: string;
  created_at: Date;
  until: Date | null;
  automated: boolean;
  issued_by: string | null;
  proposed_permanent: boolean;
  confirmed_by: string | null;
  flag_id: string | null;
  /** It ends when a moderator has looked. */
  hold: boolean;
  seen_at: Date | null;
  lifted_at: Date | null;
  lifted_by: string | null;
}

/**
 * Lifts a restriction, for everybody and every device that it reaches. Repeating it changes nothing.
 * @throws `not_found`
 */
export const lift = (restrictionId: string, by: string): Promise<Restriction> =>
  transaction(async (tx) => {
    await lockReached(tx, restrictionId);
    const restriction = await lockRestriction(tx, restrictionId);
    if (restriction.lifted_at !== null) return restriction;
    await liftIn(tx, restriction, by);
    await logDeed(tx, {
      actor: by,
      action: 'lift',
      subject: restriction.user_id,
      details: { restriction_id: restrictionId },
    });
    return restriction;
  });

/** Lifts a locked restriction; the journeys that it reaches are locked already. The caller logs it. */
export async function liftIn(tx: Tx, restriction: Restriction, by: string): Promise<void> {
  Object.assign(restriction, { lifted_at: tx.now, lifted_by: by });
  await tx.sql('UPDATE restrictions SET lifted_at = $2, lifted_by = $3 WHERE id = $1', [
    restriction.id,
    tx.now,
    by,
  ]);
}

/**
 * The second moderator makes a restriction permanent.
 * @throws `not_found`; `settled_already` when it is not proposed, or over; `another_moderator` for the one who proposed it
 *   or has answered an appeal against it, as long as there is another: a lone one may, and the log says so
 */
export const confirmPermanent = (restrictionId: string, by: string): Promise<Restriction> =>
  transaction(async (tx) => {
    await lockReached(tx, restrictionId);
    const restriction = await lockRestriction(tx, restrictionId);
    const over = restriction.until === null || restriction.until <= tx.now || restriction.lifted_at !== null;
    if (!restriction.proposed_permanent || over) throw new Problem('settled_already');
    const { issued_by } = restriction;
    const answeredBy = await whoAnswered(tx, restrictionId);
    const isInvolved = by === issued_by || by === answeredBy;
    const others = by === issued_by ? [by] : [issued_by, by];
    const alone = isInvolved && !(await thereIsAnother(tx, others));
    if (isInvolved && !alone) throw new Problem('another_moderator');
    Object.assign(restriction, { until: null, proposed_permanent: false, confirmed_by: by });
    await tx.sql(
      'UPDATE restrictions SET until = NULL, proposed_permanent = false, confirmed_by = $2 WHERE id = $1',
      [restrictionId, by],
    );
    await logDeed(tx, {
      actor: by,
      action: 'confirm_permanent',
      subject: restriction.user_id,
      details: { restriction_id: restrictionId, alone },
    });
    return restriction;
  });

/** The moderator who has answered an appeal against a restriction, if one has. */
async function whoAnswered(tx: Tx, restrictionId: string): Promise<string | null> {
  const answered = await tx.one<{ answered_by: string }>(
    'SELECT answered_by FROM appeals WHERE restriction_id = $1 AND answered_by IS NOT NULL LIMIT 1',
    [restrictionId],
  );
  return answered?.answered_by ?? null;
}

/** Locks, and by a new version republishes, everybody whom a restriction reaches: journeys come before all else. */
export async function lockReached(tx: Tx, restrictionId: string): Promise<void> {
  const rows = await tx.sql<{ subject: string }>(
    `SELECT subject FROM restriction_reach WHERE restriction_id = $1 AND how <> 'network'`,
    [restrictionId],
  );
  await remarkRestriction(
    tx,
    rows.map((row) => row.subject),
  );
}

/** @throws `not_found` */
export async function lockRestriction(tx: Tx, restrictionId: string): Promise<Restriction> {
  const row = await tx.one<Restriction>(
    `SELECT id, user_id, kind, category, reason, created_at, until, automated, issued_by, proposed_permanent,
            confirmed_by, flag_id, hold, seen_at, lifted_at, lifted_by
       FROM restrictions WHERE id = $1 FOR UPDATE`,
    [restrictionId],
  );
  return found(row, 'restriction');
}
