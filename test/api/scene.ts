import { newId } from '#core/ids.ts';
import { appeal } from '#core/safety/appeal.ts';
import { restrict, type Order } from '#core/safety/restrict.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember } from '../build.ts';
import { person, talking, type Player } from '../cast.ts';
import { staff } from '../moderation/staff.ts';
import type { Asker } from './matrix.ts';

/** Everybody of the matrix, and the owner's things. */
export interface Scene {
  people: Record<Exclude<Asker, 'nobody'>, Player>;
  /** Where owner and partner are talking. */
  round: string;
  session: string;
  /** The owner's, about the ex-partner. */
  flag: string;
  block: string;
  /** A warning of the owner's; the restriction of the restricted one, and their appeal (of one more of theirs). */
  warning: string;
  restriction: string;
  appeal: string;
  credentials: { email: string; password: string };
  refreshToken: () => Promise<string>;
}

/** The owner has flagged the ex-partner after a call and is now in one with the partner. */
export async function setTheScene(): Promise<Scene> {
  const people = {
    owner: await member('Ann'),
    partner: await member('Bob'),
    'ex-partner': await member('Cid'),
    stranger: await member('Eve'),
    guest: await person({ display_name: 'Gus' }),
    restricted: await member('Rex'),
    moderator: await staff('moderator'),
    admin: await staff('admin'),
  };
  const { owner, partner, restricted } = people;
  await talking(owner, people['ex-partner']);
  const { flag } = await owner.flag();
  await people['ex-partner'].poll();
  await people['ex-partner'].stop();
  const [{ id: block } = { id: '' }] = await sql<{ id: string }>(
    'SELECT id FROM blocks WHERE blocker_id = $1',
    [owner.id],
  );
  await talking(owner, partner);

  const impose = async (who: Player, kind: Order['kind']) =>
    (
      await restrict(
        {
          userId: who.id,
          kind,
          category: 'spam',
          reason: 'Sold things',
          hours: kind === 'warning' ? null : 48,
          flagId: null,
        },
        newId(),
      )
    ).id;
  const warning = await impose(owner, 'warning');
  const first = await impose(restricted, 'restriction');
  const who = { userId: restricted.id, deviceId: restricted.me.deviceId };
  const made = await appeal(who, { restriction_id: first, text: 'It was not me at all' }, undefined);
  return {
    ...{ people, round: owner.round, session: owner.session, flag: flag.id, block, warning, appeal: made.id },
    restriction: await impose(restricted, 'restriction'),
    credentials: { email: (await buildMember()).user.email ?? '', password: 'correct horse' },
    refreshToken: async () => (await buildGuest()).refreshToken,
  };
}

async function member(name: string): Promise<Player> {
  const one = await person({ display_name: name });
  await sql(`UPDATE users SET kind = 'member', email = $2, password_hash = 'x' WHERE id = $1`, [
    ...[one.id, `${one.id}@example.org`],
  ]);
  return one;
}
