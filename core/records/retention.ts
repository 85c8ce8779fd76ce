import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';

/** Forgets what has served its time: used-up keys, tokens and exclusions. Bounded by an index each. */
export async function forgetExpired(): Promise<void> {
  const now = clock.now();
  await sql('DELETE FROM idempotency_keys WHERE created_at < $1', [
    clock.after(-rules.idempotencyHours * 3600, now),
  ]);
  await sql('DELETE FROM refresh_tokens WHERE expires_at < $1', [now]);
  await sql('DELETE FROM exclusions WHERE until < $1', [now]);
  await sql(
    `DELETE FROM exclusions x USING sessions s WHERE x.session_id = s.id AND s.status = 'ended' AND s.ended_at < $1`,
    [now],
  );
}
