import { rules } from '#core/rules.ts';
import type { Story } from '../wire.ts';

/** Who works on a flag: a claim that is older than half an hour is nobody's. */
export function claimOf({ claimed_by, claimed_at }: Story['flag']): string | null {
  const since = Date.now() - rules.moderation.claimMinutes * 60_000;
  return claimed_at !== null && Date.parse(claimed_at) > since ? claimed_by : null;
}
