import { expect } from 'chai';
import { operations } from '#api/operations.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listLog } from '#core/audit/log.ts';
import { restrict } from '#core/safety/restrict.ts';
import { isAStory, person, type Player } from '../cast.ts';
import { codeOf, staff } from './staff.ts';

const ofStaff = {
  moderator: operations.filter(({ auth }) => auth === 'moderator'),
  admin: operations.filter(({ auth }) => auth === 'moderator' || auth === 'admin'),
};

/** Everything that somebody with their role can do, tried by somebody on somebody: what each is answered. */
async function tryAll(by: Player, on: string): Promise<string[]> {
  const answers = new Set<string>();
  for (const { method, path } of ofStaff[by.me.role as keyof typeof ofStaff])
    answers.add(codeOf(await by.visit(method.toUpperCase(), path.replace('{id}', on))));
  return [...answers];
}

describe('a moderator who is restricted', () => {
  isAStory();

  for (const role of ['moderator', 'admin'] as const)
    it(`can do nothing of what ${role}s do, with the token that they had, until it is over`, async () => {
      const [ben, bob] = [await staff(role), await person()];
      expect(await tryAll(ben, bob.id), 'before').to.not.include('403 restricted');
      await restrict(
        {
          userId: ben.id,
          kind: 'restriction',
          category: null,
          reason: 'Looked people up',
          hours: 24,
          flagId: null,
        },
        newId(),
      );
      const deeds = await listLog({ cursor: null, subject: null, limit: 100 });

      expect(await tryAll(ben, bob.id)).to.deep.equal(['403 restricted']);
      expect(await listLog({ cursor: null, subject: null, limit: 100 }), 'nothing was done').to.deep.equal(
        deeds,
      );
      clock.advance(24 * 3600_000);
      expect(codeOf(await ben.visit('GET', '/api/admin/flags'))).to.equal('200');
    });
});
