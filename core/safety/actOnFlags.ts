import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { restrictIfFlagged } from './automatic.ts';
import { holdIfUnderage } from './hold.ts';

/**
 * Does what the flags about a person ask for without a human: a hold, a restriction. Not in the flag's transaction, which
 * holds the locks of two people only, but right after it; a job looks again every minute, and it may be asked any
 * number of times.
 */
export async function actOnFlags(userId: string): Promise<void> {
  await holdIfUnderage(userId);
  await restrictIfFlagged(userId);
}

/** Looks at everybody who has been flagged lately: what was left undone when a process died is done now. */
export async function actOnAllFlags(): Promise<void> {
  const rows = await sql<{ flagged_id: string }>(
    `SELECT DISTINCT flagged_id FROM flags WHERE queue = 'normal' AND status = 'pending' AND created_at > $1`,
    [clock.after(-rules.moderation.automatic.withinHours * 3600)],
  );
  for (const { flagged_id } of rows) await actOnFlags(flagged_id);
}
