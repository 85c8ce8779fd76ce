import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules, type FlagCategory } from '#core/rules.ts';
import { holdsAt } from '#core/restrictions/restricted.ts';

/** What a moderator has to look at now: open flags of the urgent categories, and people who are held. */
export async function readUrgent(): Promise<{ flags: number; held: number; oldest_at: Date | null }> {
  const [flags, held] = await Promise.all([urgentFlags(), heldPeople()]);
  const oldest = [...flags.map((one) => one.oldest_at), held.oldest_at].filter((at) => at !== null);
  return {
    flags: flags.reduce((sum, one) => sum + one.count, 0),
    held: held.count,
    oldest_at: oldest.sort((a, b) => a.getTime() - b.getTime())[0] ?? null,
  };
}

interface Counted {
  count: number;
  oldest_at: Date | null;
}

/** Open flags of each urgent category, in whichever queue they are; withdrawn ones too. */
export async function urgentFlags(): Promise<(Counted & { category: FlagCategory })[]> {
  const rows = await sql<Counted & { category: FlagCategory }>(
    `SELECT category, count(*)::integer AS count, min(created_at) AS oldest_at FROM flags
      WHERE status = 'pending' AND category = ANY ($1) GROUP BY category`,
    [rules.moderation.urgent],
  );
  return rules.moderation.urgent.map(
    (category) => rows.find((row) => row.category === category) ?? { category, count: 0, oldest_at: null },
  );
}

/** People who are held until a human has looked. */
export async function heldPeople(): Promise<Counted> {
  const [row] = await sql<Counted>(
    `SELECT count(DISTINCT r.user_id)::integer AS count, min(r.created_at) AS oldest_at FROM restrictions r
      WHERE r.hold AND ${holdsAt('$1::timestamptz')}`,
    [clock.now()],
  );
  return row ?? { count: 0, oldest_at: null };
}
