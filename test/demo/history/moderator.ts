import { register } from '#core/accounts/register.ts';
import { Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { listCases } from '#core/moderation/queue.ts';
import { claim, dismiss, resolve } from '#core/moderation/review.ts';
import { setRole } from '#core/moderation/role.ts';
import type { Random } from '../../bench/population.ts';

const casesAtOnce = 6;

/** Somebody who looks at flags. @returns their id */
export async function hire(): Promise<string> {
  const { user } = await register(
    {
      ...{ email: `moderator-${newId()}@example.org`, password: newId(), display_name: 'Moderator' },
      ...{ birth_date: '1980-01-01', gender: 'other' },
    },
    { from: 'demo', idempotencyKey: undefined },
    undefined,
  );
  await setRole(user.id, 'moderator', newId());
  return user.id;
}

/** Works on the most urgent cases: most come to nothing, some to a warning, a few to a day's restriction. */
export async function reviewFlags(moderator: string, random: Random): Promise<void> {
  const { cases } = await listCases({ status: 'pending', limit: casesAtOnce }, moderator);
  for (const { flag_id, reporters } of cases) {
    const draw = random() * reporters;
    if (random() < 0.15) continue; // tomorrow
    try {
      await claim(flag_id, moderator);
      if (draw < 0.6) await dismiss(flag_id, moderator);
      else
        await resolve(flag_id, moderator, {
          ...{ action: draw < 1.2 ? 'warn' : 'restrict', hours: draw < 1.2 ? null : 24, category: null },
          reason: 'Several people were unhappy with how you talked to them',
        });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}
