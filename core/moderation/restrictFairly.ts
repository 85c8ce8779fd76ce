import type { FlagCategory } from '#core/rules.ts';
import { restrict, type Imposed } from '#core/safety/restrict.ts';
import { transaction } from '#core/transaction.ts';
import { requireImpartial } from './fairness.ts';

/** What a moderator imposes without a flag. */
interface Asked {
  user_id: string;
  kind: 'warning' | 'restriction';
  hours: number | null;
  category: FlagCategory | null;
  reason: string;
}

/**
 * A moderator warns or restricts a person on the moderator's own motion.
 * @throws as `restrict`; `forbidden` for oneself, and for a moderator unless an admin does it
 */
export async function restrictFairly({ user_id, ...order }: Asked, by: string): Promise<Imposed> {
  await transaction((tx) => requireImpartial(tx, by, user_id));
  return restrict({ ...order, userId: user_id, flagId: null }, by);
}
