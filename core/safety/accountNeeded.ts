import { Problem } from '#core/errors.ts';

/* The gate in front of the pool for newcomers of whom more is asked: newcomer.ts says who they are. */

/** SQL: until when more is asked of a guest on this device; null for members, and once a moderator has said yes. */
export const askedUntil = (userId: string, deviceId: string, now: string): string => `(
  SELECT n.until FROM newcomers n JOIN users u ON u.id = ${userId}
   WHERE n.device_id = ${deviceId} AND n.until > ${now} AND n.let_in_at IS NULL AND u.kind = 'guest')`;

/** @throws `account_needed` */
export function refuseAsked(until: Date | null): void {
  if (until === null) return;
  throw new Problem(
    'account_needed',
    `Until ${until.toISOString()} newcomers from your network make an account first, or wait for a moderator’s yes`,
    { until: until.toISOString() },
  );
}
