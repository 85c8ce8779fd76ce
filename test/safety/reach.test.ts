import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { restrict } from '#core/safety/restrict.ts';
import { sweep } from '#core/sweeper.ts';
import { isAStory, journeyOf, person, refusal, signedInOn, statesOf, talking, type Player } from '../cast.ts';
import { inThisOrder } from '../race.ts';

const restricting = (who: Player, hours: number | null = 24) =>
  restrict(
    { userId: who.id, kind: 'restriction', category: null, reason: 'Shouted', hours, flagId: null },
    newId(),
  );
/** What somebody who is refused is told about the restriction. */
const toldTo = async (who: Player, method: string, path: string): Promise<object> => {
  const { status, body } = await who.visit(method, path, method === 'POST' ? {} : undefined);
  expect(status).to.equal(403);
  return (body as { restriction: object }).restriction;
};

describe('the reach of a restriction', () => {
  isAStory();

  it('is every device on which the account is signed in', async () => {
    const [ann, eve, fay] = [await person(), await person(), await person()];
    for (const other of [eve, fay]) await signedInOn(ann, other.deviceToken);
    await restricting(ann);
    for (const other of [ann, eve, fay]) {
      expect(await refusal(other.start())).to.equal('restricted');
      const guest = await person({ device_token: other.deviceToken });
      expect(await refusal(guest.start()), 'a new guest there').to.equal('restricted');
    }
  });

  it('ends the call of somebody else at a device on which the account is signed in', async () => {
    const [ann, [eve, bob]] = [await person(), await talking()];
    await signedInOn(ann, eve.deviceToken);
    await restricting(ann);
    expect(await statesOf(eve, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
    await bob.poll();
  });

  it('is a device, too, on which the account signs in later', async () => {
    const [ann, eve] = [await person(), await person()];
    const there = await signedInOn(ann, eve.deviceToken);
    const laptop = (await person()).deviceToken;
    await restricting(ann);
    const late = await signedInOn(ann, laptop);
    for (const one of [there, late]) expect(await refusal(one.start())).to.equal('restricted');
    const guest = await person({ device_token: laptop });
    expect(await refusal(guest.start()), 'a guest there is refused').to.equal('restricted');
    expect(await toldTo(guest, 'POST', '/api/continuous-matching/start')).to.include({
      reached_by: 'device',
    });
  });

  for (const [which, signsInFirst] of [
    ['sign-in', true],
    ['restriction', false],
  ] as const)
    it(`is a device, too, on which the account signs in at the same moment, the ${which} first`, async () => {
      const [ann, eve] = [await person(), await person()];
      await signedInOn(ann, (await person()).deviceToken); // a member from here on
      const steps = [() => signedInOn(ann, eve.deviceToken), () => restricting(ann)];
      await inThisOrder([ann], ...(signsInFirst ? steps : steps.toReversed()));
      expect(await refusal(eve.start())).to.equal('restricted');
    });

  it('ends the call at a device on which the account signs in later, and refuses what is asked there', async () => {
    const [ann, [eve, bob]] = [await person(), await talking()];
    await restricting(ann);
    const held = await eve.hold();
    await signedInOn(ann, eve.deviceToken);
    expect(await refusal(held.answer)).to.equal('restricted');
    expect(await statesOf(eve, bob)).to.deep.equal(['IDLE', 'DISCONNECTING']);
    expect((await journeyOf(eve)).session_id).to.equal(null);
    await bob.poll();
  });

  for (const [first, second] of [
    [null, 24],
    [24, null],
    [24, 48],
    [48, 24],
  ] as const)
    it(`by two that overlap, ${first ?? '∞'} and ${second ?? '∞'} hours, is told as the one that holds longest`, async () => {
      const ann = await person();
      await ann.start();
      const imposed = [await restricting(ann, first), await restricting(ann, second)];
      const longest = first === null || (second !== null && first > second) ? imposed[0]! : imposed[1]!;
      const expected = { id: longest.id, permanent: longest.until === null };
      const poll = `/api/continuous-matching/next-match?session_id=${ann.session}`;
      expect(await toldTo(ann, 'POST', '/api/continuous-matching/start')).to.include(expected);
      expect(await toldTo(ann, 'GET', poll), 'by the view').to.include(expected);
      const { until } = (await toldTo(ann, 'GET', poll)) as { until: string | null };
      expect(until).to.equal(longest.until?.toISOString() ?? null);
      clock.advance(30 * 3600_000);
      await sweep();
      expect(await refusal(ann.start()), 'and the shorter one’s end changes nothing').to.equal('restricted');
    });
});
