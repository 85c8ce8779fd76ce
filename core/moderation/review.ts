import { clock } from '#core/clock.ts';
import { found, Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { rules, type FlagCategory } from '#core/rules.ts';
import { endAutomatic } from '#core/safety/endAutomatic.ts';
import { holdPerson, impose, logImposed, type Imposed, type Order } from '#core/safety/restrict.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { requireImpartial } from './fairness.ts';
import { logDeed } from '#core/audit/log.ts';

/** What a moderator decides about a case. */
export interface Resolution {
  action: 'none' | 'warn' | 'restrict';
  /** Hours; null: for good. Of a restriction only. */
  hours: number | null;
  category: FlagCategory | null;
  /** What the flagged person is told; needed unless nothing is done. */
  reason: string;
}

/** What became of a case: how many of its flags were closed together, and what was imposed. */
export interface Closed {
  flags: number;
  outcome: string;
  restriction: Imposed | null;
}

/**
 * Claims a case, that is all open flags about the same person: from now on it is this moderator's for half an hour.
 * @returns how many flags there are
 * @throws `not_found`; `settled_already`; `claimed` by another one; `forbidden` in one's own case
 */
export const claim = (flagId: string, by: string): Promise<number> =>
  transaction(async (tx) => {
    const { flagged_id, open } = await openCase(tx, flagId);
    await requireImpartial(
      tx,
      by,
      flagged_id,
      open.map((flag) => flag.reporter_id),
    );
    const since = clock.after(-rules.moderation.claimMinutes * 60, tx.now);
    if (
      open.some(
        (flag) => flag.claimed_by !== null && flag.claimed_by !== by && (flag.claimed_at ?? tx.now) > since,
      )
    )
      throw new Problem('claimed');
    await tx.sql('UPDATE flags SET claimed_by = $2, claimed_at = $3 WHERE id = ANY($1::uuid[])', [
      open.map((flag) => flag.id),
      by,
      tx.now,
    ]);
    const details = { flag_id: flagId, flags: open.length };
    await logDeed(tx, { actor: by, action: 'claim', subject: flagged_id, details });
    return open.length;
  });

/**
 * Closes what one has claimed of a case, with what follows for the flagged person, in one transaction. What was
 * imposed on them without a human ends. Flags that came in since the claim stay open.
 * @throws `not_found`; `settled_already`; `not_claimed`; `forbidden` in one's own case
 */
export const resolve = (flagId: string, by: string, resolution: Resolution): Promise<Closed> =>
  transaction(async (tx) => {
    const { action } = resolution;
    const flaggedId = await flaggedBy(tx, flagId);
    const held = action === 'none' ? null : await holdPerson(tx, flaggedId);
    const logEnded = await endAutomatic(tx, flaggedId, by);
    const { flagged_id, ids } = await claimedCase(tx, flagId, by);
    await close(tx, ids, by, 'resolved', action);
    if (held === null) {
      await logDeed(tx, {
        actor: by,
        action: 'resolve',
        subject: flagged_id,
        details: closing(flagId, ids, action),
      });
      await logEnded();
      return { flags: ids.length, outcome: action, restriction: null };
    }
    const order: Order = {
      ...{
        userId: flagged_id,
        kind: action === 'warn' ? 'warning' : 'restriction',
        category: resolution.category,
      },
      ...{ reason: resolution.reason, hours: resolution.hours, flagId },
    };
    const restriction = await impose(tx, held, order, by);
    await logDeed(tx, {
      actor: by,
      action: 'resolve',
      subject: flagged_id,
      details: closing(flagId, ids, action),
    });
    await logImposed(tx, order, restriction, by);
    await logEnded();
    return { flags: ids.length, outcome: action, restriction };
  });

/**
 * Closes what one has claimed of a case: there is nothing to it.
 * @throws as `resolve`
 */
export const dismiss = (flagId: string, by: string): Promise<Closed> =>
  transaction(async (tx) => {
    const logEnded = await endAutomatic(tx, await flaggedBy(tx, flagId), by);
    const { flagged_id, ids } = await claimedCase(tx, flagId, by);
    await close(tx, ids, by, 'dismissed', 'none');
    await logDeed(tx, {
      actor: by,
      action: 'dismiss',
      subject: flagged_id,
      details: closing(flagId, ids, 'none'),
    });
    await logEnded();
    return { flags: ids.length, outcome: 'dismissed', restriction: null };
  });

/**
 * Writes a note on a flag, for other moderators. The log says that it was written, not what.
 * @throws `not_found`
 */
export const note = (flagId: string, by: string, text: string): Promise<{ id: string; created_at: Date }> =>
  transaction(async (tx) => {
    const subject = await flaggedBy(tx, flagId);
    const id = newId();
    await tx.sql(
      'INSERT INTO flag_notes (id, flag_id, author_id, text, created_at) VALUES ($1, $2, $3, $4, $5)',
      [...[id, flagId, by, text, tx.now]],
    );
    await logDeed(tx, { actor: by, action: 'note', subject, details: { flag_id: flagId, note_id: id } });
    return { id, created_at: tx.now };
  });

interface Open {
  id: string;
  reporter_id: string;
  claimed_by: string | null;
  claimed_at: Date | null;
}

async function flaggedBy(tx: Tx, flagId: string): Promise<string> {
  const row = await tx.one<{ flagged_id: string }>('SELECT flagged_id FROM flags WHERE id = $1', [flagId]);
  return found(row, 'flag').flagged_id;
}

/** Locks the open flags about the person whom this flag is about; it must be one of them. */
async function openCase(tx: Tx, flagId: string): Promise<{ flagged_id: string; open: Open[] }> {
  const flagged_id = await flaggedBy(tx, flagId);
  const open = await tx.sql<Open>(
    `SELECT id, reporter_id, claimed_by, claimed_at FROM flags WHERE flagged_id = $1 AND status = 'pending'
      ORDER BY id FOR UPDATE`,
    [flagged_id],
  );
  if (!open.some((flag) => flag.id === flagId)) throw new Problem('settled_already');
  return { flagged_id, open };
}

async function claimedCase(
  tx: Tx,
  flagId: string,
  by: string,
): Promise<{ flagged_id: string; ids: string[] }> {
  const { flagged_id, open } = await openCase(tx, flagId);
  await requireImpartial(tx, by, flagged_id);
  const ids = open.filter((flag) => flag.claimed_by === by).map((flag) => flag.id);
  if (!ids.includes(flagId)) throw new Problem('not_claimed');
  return { flagged_id, ids };
}

async function close(
  tx: Tx,
  ids: string[],
  by: string,
  status: 'resolved' | 'dismissed',
  outcome: string,
): Promise<void> {
  await tx.sql(
    `UPDATE flags SET status = $2, outcome = $3, closed_by = $4, closed_at = $5, updated_at = $5
      WHERE id = ANY($1::uuid[])`,
    [ids, status, outcome, by, tx.now],
  );
}

const closing = (flagId: string, ids: string[], action: string) => ({
  flag_id: flagId,
  flags: ids.length,
  action,
});
