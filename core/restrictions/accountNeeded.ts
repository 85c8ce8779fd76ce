import { Problem } from '#core/errors.ts';

/* The gate in front of the pool for newcomers of whom more is asked: safety/newcomer.ts says who they are. */

/** @throws `account_needed` */
export function refuseAsked(until: Date | null): void {
  if (until === null) return;
  throw new Problem(
    'account_needed',
    `Until ${until.toISOString()} newcomers from your network make an account first, or wait for a moderator’s yes`,
    { until: until.toISOString() },
  );
}
