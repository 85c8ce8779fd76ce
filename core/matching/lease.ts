import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

/**
 * Takes or renews the lead of a pool. The fence grows with every change of hands; commits carry it, so that a
 * leader that slept through its lease can do no harm (Kleppmann, "How to do distributed locking", 2016).
 * @param holder who asks: one id a matchmaker
 * @returns the fence, or null while another matchmaker leads
 */
export async function lead(pool: string, holder: string): Promise<string | null> {
  const now = clock.now();
  const [row] = await sql<{ fence: string }>(
    `INSERT INTO matchmakers AS m (pool, holder, fence, expires_at) VALUES ($1, $2, 1, $4)
     ON CONFLICT (pool) DO UPDATE
       SET fence = CASE WHEN m.holder = $2 THEN m.fence ELSE m.fence + 1 END, holder = $2, expires_at = $4
       WHERE m.holder = $2 OR m.holder IS NULL OR m.expires_at < $3
     RETURNING fence`,
    [pool, holder, now, clock.after(rules.matchmakerLeaseMs / 1000, now)],
  );
  return row?.fence ?? null;
}

/** Gives the lead back, so that another need not wait for it to expire. */
export async function resign(pool: string, holder: string): Promise<void> {
  await sql('UPDATE matchmakers SET holder = NULL WHERE pool = $1 AND holder = $2', [pool, holder]);
}
