import { expect } from 'chai';
import { register } from '#core/accounts/register.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listLog } from '#core/audit/log.ts';
import { rules } from '#core/rules.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { networkOf } from '#core/safety/network.ts';
import { entryFrom } from '#core/safety/newcomer.ts';
import { lift } from '#core/safety/lift.ts';
import { restrict, type Order } from '#core/safety/restrict.ts';
import { sql } from '#db/postgres.ts';
import { isAStory, person, refusal, runWave, type Player } from '../cast.ts';
import { staff, told } from '../moderation/staff.ts';

const { newcomers } = rules.moderation;
const here = 'test'; // where every guest of a test comes from
const restricting = (who: Player, changes: Partial<Order> = {}) =>
  restrict(
    {
      ...{ userId: who.id, kind: 'restriction', category: 'spam', hours: 100, flagId: null },
      reason: 'Sold things',
      ...changes,
    },
    newId(),
  );
/** Two people who were here before, restricted. */
async function twoRestricted(): Promise<[Player, Player]> {
  const pair: [Player, Player] = [await person(), await person()];
  for (const one of pair) await restricting(one);
  return pair;
}
const makeAccount = (who: Player) =>
  register(
    { email: `${who.id}@example.org`, password: 'correct horse' },
    { from: here, idempotencyKey: undefined },
    who.me,
  );
const isPairedAlone = async (who: Player): Promise<boolean> => {
  const other = await person({ device_token: undefined });
  await sql('UPDATE devices SET cooldown_until = NULL WHERE id = $1', [other.me.deviceId]);
  await sql('DELETE FROM newcomers WHERE device_id = $1', [other.me.deviceId]);
  await other.start();
  await who.poll();
  const opened = await runWave();
  await other.poll();
  await other.stop();
  await who.poll();
  return opened.length > 0;
};

describe('a newcomer', () => {
  isAStory();

  it('from the network of one restricted person is asked for nothing', async () => {
    const ann = await person();
    await restricting(ann);
    expect(await entryFrom(here)).to.deep.equal({
      ...{ more_asked: false, until: null, first_pairing_after_seconds: 0 },
    });
    const fresh = await person();
    expect((await fresh.start()).cooldown_until).to.equal(null);
  });

  it('is asked for an account where two devices were restricted, and told so before the form', async () => {
    await twoRestricted();
    const entry = await entryFrom(here);
    expect(entry).to.include({
      more_asked: true,
      first_pairing_after_seconds: newcomers.firstPairingAfterSeconds,
    });
    expect(entry.until!.getTime() - clock.ms()).to.be.closeTo(newcomers.watchedHours * 3600_000, 5_000);
    const guest = await person();
    expect(await refusal(guest.start())).to.equal('account_needed');
    await makeAccount(guest);
    const { cooldown_until } = await guest.start();
    expect(
      Date.parse(String(cooldown_until)) - clock.ms(),
      'and ten minutes before the first pairing',
    ).to.be.closeTo(newcomers.firstPairingAfterSeconds * 1000, 10_000);
    expect(await isPairedAlone(guest)).to.equal(false);
    clock.advance(newcomers.firstPairingAfterSeconds * 1000);
    expect(await isPairedAlone(guest)).to.equal(true);
  });

  it('needs no account once a moderator has said yes, who finds them in a list', async () => {
    const ben = await staff();
    await twoRestricted();
    const guest = await person({ display_name: 'Fresh' });
    const list = async () =>
      told<{ networks: object[]; newcomers: Record<string, unknown>[] }>(
        await ben.visit('GET', '/api/admin/newcomers'),
      );
    expect((await list()).networks).to.have.length(1);
    expect((await list()).networks[0]).to.include({ restricted_devices: 2 });
    expect((await list()).newcomers).to.have.length(1);
    expect((await list()).newcomers[0]).to.include({
      ...{ device_id: guest.me.deviceId, user_id: guest.id, display_name: 'Fresh', let_in_at: null },
    });
    for (const _ of [1, 2])
      expect((await ben.visit('POST', `/api/admin/newcomers/${guest.me.deviceId}/let-in`)).status).to.equal(
        204,
      );
    expect((await list()).newcomers[0]).to.include({ let_in_by: ben.id });
    await guest.start();
    const [deed] = await listLog({ cursor: null, subject: guest.id, limit: 5 });
    expect(deed).to.deep.include({ actor_id: ben.id, action: 'let_in' });
    expect((await ben.visit('POST', `/api/admin/newcomers/${newId()}/let-in`)).status).to.equal(404);
    expect((await guest.visit('GET', '/api/admin/newcomers')).status).to.equal(403);
  });

  it('is nobody who was here before, and nobody who brings a device that is known', async () => {
    const [ann, bob] = [await person(), await person()];
    await twoRestricted();
    await ann.start();
    const again = await person({ device_token: bob.deviceToken });
    expect((await again.start()).cooldown_until).to.equal(null);
  });

  it('is asked for a day at the most, however long the restrictions last, and no longer than they do', async () => {
    await twoRestricted();
    const guest = await person();
    clock.advance(newcomers.watchedHours * 3600_000 + 1000);
    expect((await entryFrom(here)).more_asked).to.equal(false);
    await guest.start();
    await (await person()).start();
    await forgetExpired();
    expect(await sql('SELECT 1 FROM newcomers')).to.be.empty;

    const third = await person();
    const { id } = await restricting(third);
    expect((await entryFrom(here)).more_asked, 'that of yesterday does not count').to.equal(false);
    await restricting(await person());
    expect((await entryFrom(here)).more_asked).to.equal(true);
    await lift(id, newId());
    expect((await entryFrom(here)).more_asked, 'lifted').to.equal(false);
  });

  it('of the other side of midnight is seen to come from the same network', async () => {
    clock.advance(86_400_000 - (clock.ms() % 86_400_000) - 600_000); // 23:50 UTC
    await twoRestricted();
    clock.advance(1_200_000);
    expect(networkOf(here, clock.now())).not.to.equal(networkOf(here, clock.after(-1200)));
    expect((await entryFrom(here)).more_asked).to.equal(true);
    expect(await refusal((await person()).start())).to.equal('account_needed');
  });

  it('is not asked because of devices: one device with two accounts is one, warnings and holds are none', async () => {
    const ann = await person();
    const eve = await person({ device_token: ann.deviceToken });
    await restricting(ann);
    await restricting(eve);
    const cid = await person();
    await restricting(cid, { kind: 'warning', hours: null });
    const dan = await person();
    await restrict(
      {
        ...{
          userId: dan.id,
          kind: 'restriction',
          category: 'underage',
          hours: null,
          hold: true,
          flagId: null,
        },
        reason: 'We have to be sure',
      },
      null,
    );
    expect((await entryFrom(here)).more_asked).to.equal(false);
  });

  it('does not shake it off by erasing the account, and another network is asked for nothing', async () => {
    await twoRestricted();
    const guest = await person();
    await guest.visit('DELETE', '/api/me');
    const again = await person({ device_token: guest.deviceToken });
    expect(await refusal(again.start())).to.equal('account_needed');
    expect((await entryFrom('192.0.2.7')).more_asked).to.equal(false);
  });
});
