import { UniqueConstraintError } from 'sequelize';
import { hashPassword } from '#core/accounts/password.ts';
import { roundIn } from '#core/commands/draft.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { Problem } from '#core/errors.ts';
import { endRound } from '#core/rounds/end.ts';
import { isLive, type Round } from '#core/store/round.ts';
import { transaction } from '#core/transaction.ts';
import { createAdmin } from './createAdmin.ts';
import { logDeed } from '#core/audit/log.ts';

/*
 * What the operator does by hand (bin/admin.ts), and the log keeps: the actor is null, as for the system itself.
 */

/**
 * Makes a new member who is an admin. A member who has the e-mail already is not promoted by it.
 * @returns their id
 * @throws `email_taken`
 */
export async function hireAdmin(email: string, password: string): Promise<string> {
  const password_hash = await hashPassword(password);
  try {
    return await transaction(async (tx) => {
      const id = await createAdmin(tx, email.trim().toLowerCase(), password_hash);
      await tx.sql(`UPDATE users SET role = 'admin' WHERE id = $1`, [id]);
      const details = { from: 'member', to: 'admin' };
      await logDeed(tx, { actor: null, action: 'set_role', subject: id, details });
      return id;
    });
  } catch (error) {
    if (error instanceof UniqueConstraintError) throw new Problem('email_taken');
    throw error;
  }
}

/**
 * Ends a round that is under way: both go back to the pool, as though the other had ended it.
 * @returns the round as it is now
 * @throws `not_found`; `wrong_state` when it has ended already
 */
export const endByHand = (roundId: string): Promise<Round> =>
  transaction(async (tx) => {
    const draft = await lockDraft(tx, { rounds: [roundId] });
    const { round } = roundIn(draft, roundId);
    if (!isLive(round)) throw new Problem('wrong_state', `This round is ${round.status}`);
    endRound(draft, roundId, { reason: 'end', by: [] });
    await saveDraft(tx, draft);
    await logDeed(tx, { actor: null, action: 'end_round', subject: null, details: { round_id: roundId } });
    return round;
  });
