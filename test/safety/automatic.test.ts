import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { rules } from '#core/rules.ts';
import { actOnAllFlags } from '#core/safety/actOnFlags.ts';
import { restrictIfFlagged } from '#core/safety/automatic.ts';
import { lift } from '#core/safety/lift.ts';
import { sql } from '#db/postgres.ts';
import { isAStory, person, refusal, talking, type Player } from '../cast.ts';
import { staff, told } from '../moderation/staff.ts';
import { upTo } from '../signalling/letters.ts';

interface Row {
  id: string;
  user_id: string;
  automated: boolean;
  until: Date;
  hold: boolean;
}
const restrictions = () => sql<Row>('SELECT * FROM restrictions ORDER BY created_at');

/** A flag as a round would have left it, from a reporter of this kind. */
async function flagged(
  bob: Player,
  { member = false, device = newId(), queue = 'normal' } = {},
): Promise<void> {
  const reporter = await person();
  if (member)
    await sql(`UPDATE users SET kind = 'member', email = $2, password_hash = 'x' WHERE id = $1`, [
      ...[reporter.id, `${reporter.id}@example.org`],
    ]);
  await sql(
    `INSERT INTO flags (id, reporter_id, reporter_device_id, flagged_id, flagged_device_id, round_id, evidence, queue,
                        created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, '{}', $7, $8, $8)`,
    [newId(), reporter.id, device, bob.id, bob.me.deviceId, newId(), queue, clock.now()],
  );
}

describe('enough flags', () => {
  isAStory();

  it('restrict for a day by themselves, and leave the case to a human', async () => {
    const bob = await person();
    for (const _ of upTo(2)) await flagged(bob, { member: true });
    await restrictIfFlagged(bob.id);
    expect(await restrictions()).to.be.empty;

    await flagged(bob);
    const [ann] = await talking(await memberised(), bob);
    await ann.flag();
    const [made] = await restrictions();
    expect(made).to.include({ user_id: bob.id, automated: true });
    expect(made!.until.getTime() - clock.ms()).to.be.closeTo(
      rules.moderation.automaticHours[0] * 3600_000,
      5000,
    );
    expect(await refusal(bob.poll())).to.equal('restricted');
    expect(await sql(`SELECT id FROM flags WHERE status = 'pending'`)).to.have.length(4);
  });

  it('of guests are half as many, and those in too great a number are none', async () => {
    const bob = await person();
    for (const _ of upTo(5)) await flagged(bob);
    for (const _ of upTo(20)) await flagged(bob, { queue: 'low_trust' });
    await restrictIfFlagged(bob.id);
    expect(await restrictions()).to.be.empty;
    await flagged(bob);
    await restrictIfFlagged(bob.id);
    expect(await restrictions()).to.have.length(1);
  });

  it('come from different devices: one device is one voice, however many accounts it has', async () => {
    const bob = await person();
    const device = newId();
    for (const _ of upTo(10)) await flagged(bob, { member: true, device });
    await restrictIfFlagged(bob.id);
    expect(await restrictions()).to.be.empty;
  });

  it('restrict once, however often it is looked at, at once or by the job; and not again once they were lifted', async () => {
    const bob = await person();
    for (const _ of upTo(4)) await flagged(bob, { member: true });
    await Promise.all([restrictIfFlagged(bob.id), restrictIfFlagged(bob.id), actOnAllFlags()]);
    const [made, ...more] = await restrictions();
    expect(more).to.be.empty;
    await lift(made!.id, newId());
    clock.advance(1000);
    await actOnAllFlags();
    expect(await restrictions()).to.have.length(1);
    await bob.start();
  });

  it('that a process could not act upon are acted upon by the job', async () => {
    const bob = await person();
    for (const _ of upTo(3)) await flagged(bob, { member: true });
    await actOnAllFlags();
    expect(await restrictions()).to.have.length(1);
  });

  it('restrict for longer each time, also on a new account of the same device, and in the end until a human has looked', async () => {
    let bob = await person();
    const hourMs = 3600_000;
    for (const hours of [...rules.moderation.automaticHours, null, null]) {
      for (const _ of upTo(3)) await flagged(bob, { member: true });
      await restrictIfFlagged(bob.id);
      const made = (await restrictions()).at(-1)!;
      expect(made).to.include({ user_id: bob.id, automated: true, hold: hours === null });
      if (hours === null) {
        expect(made.until).to.equal(null);
        expect(await refusal(bob.start())).to.equal('restricted');
        await lift(made.id, newId());
        clock.advance(25 * hourMs);
        continue;
      }
      expect(made.until.getTime() - clock.ms()).to.be.closeTo(hours * hourMs, 5_000);
      clock.advance(hours * hourMs + 25 * hourMs);
      bob = await person({ device_token: bob.deviceToken });
    }
  });

  it('after a restriction that was lifted restrict for no longer than the first time', async () => {
    const bob = await person();
    for (const _ of upTo(2)) {
      for (const __ of upTo(3)) await flagged(bob, { member: true });
      await restrictIfFlagged(bob.id);
      const made = (await restrictions()).at(-1)!;
      expect(made.until.getTime() - clock.ms()).to.be.closeTo(24 * 3600_000, 5_000);
      await lift(made.id, newId());
      clock.advance(25 * 3600_000);
    }
  });

  it('end what they imposed when a moderator has decided: it was for that long only', async () => {
    const [ben, bob] = [await staff(), await person()];
    const [ann] = await talking(await memberised(), bob);
    const { flag } = await ann.flag({ category: 'spam' });
    for (const _ of upTo(3)) await flagged(bob, { member: true });
    await restrictIfFlagged(bob.id);
    expect(await refusal(bob.poll())).to.equal('restricted');
    told(await ben.visit('POST', `/api/admin/flags/${flag.id}/claim`));
    told(await ben.visit('POST', `/api/admin/flags/${flag.id}/dismiss`));
    await bob.start();
  });

  it('do not gather over more than a day', async () => {
    const bob = await person();
    for (const _ of upTo(2)) await flagged(bob, { member: true });
    clock.advance(25 * 3600_000);
    await flagged(bob, { member: true });
    await restrictIfFlagged(bob.id);
    expect(await restrictions()).to.be.empty;
  });
});

async function memberised(): Promise<Player> {
  const one = await person();
  await sql(`UPDATE users SET kind = 'member', email = $2, password_hash = 'x' WHERE id = $1`, [
    ...[one.id, `${one.id}@example.org`],
  ]);
  return one;
}
