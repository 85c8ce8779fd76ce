import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listLog } from '#core/audit/log.ts';
import { heldPeople, readUrgent, urgentFlags } from '#core/moderation/urgent.ts';
import { rules, type FlagCategory } from '#core/rules.ts';
import { actOnAllFlags } from '#core/safety/actOnFlags.ts';
import { lift } from '#core/safety/lift.ts';
import { sql } from '#db/postgres.ts';
import { connecting, isAStory, person, talking, type Player } from '../cast.ts';
import { staff, told } from '../moderation/staff.ts';

const { hold } = rules.moderation;
const reason = 'Says that he is fifteen';

/** Somebody flags Bob after a call with him, who goes home. */
async function flagged(
  bob: Player,
  { reporter, category = 'underage' }: { reporter?: Player; category?: FlagCategory } = {},
): Promise<string> {
  const [ann] = await talking(reporter ?? (await person()), bob);
  const { flag } = await ann.flag({ category, reason });
  await bob.visit('GET', `/api/continuous-matching/next-match?session_id=${bob.session}`);
  await bob.visit('POST', '/api/continuous-matching/end', { session_id: bob.session });
  return flag.id;
}
async function member(): Promise<Player> {
  const one = await person();
  await sql(`UPDATE users SET kind = 'member', email = $2, password_hash = 'x' WHERE id = $1`, [
    ...[one.id, `${one.id}@example.org`],
  ]);
  return one;
}
/** A guest from a network of their own. */
async function elsewhere(): Promise<Player> {
  const one = await person();
  await sql('UPDATE devices SET network = $2 WHERE id = $1', [one.me.deviceId, newId()]);
  return one;
}
const isHeld = async (bob: Player): Promise<boolean> => {
  const { body } = await bob.visit('POST', '/api/continuous-matching/start', {});
  const { code = '', session_id } = body as { code?: string; session_id?: string };
  if (session_id) await bob.visit('POST', '/api/continuous-matching/end', { session_id });
  return code === 'restricted';
};
const decide = async (by: Player, flag: string, verb: 'dismiss' | 'resolve', body: object = {}) => {
  told(await by.visit('POST', `/api/admin/flags/${flag}/claim`));
  told(await by.visit('POST', `/api/admin/flags/${flag}/${verb}`, body));
};

describe('somebody flagged as under age', () => {
  isAStory();

  it('by a member is held until a moderator has looked, and is told nothing of the flag', async () => {
    const [ben, bob] = [await staff(), await person()];
    const flag = await flagged(bob, { reporter: await member() });
    clock.advance(48 * 3600_000);
    const { status, body } = await bob.visit('POST', '/api/continuous-matching/start', {});
    expect(status).to.equal(403);
    const { restriction } = body as { restriction: Record<string, unknown> };
    expect(restriction).to.include({ automated: true, until: null, category: 'underage' });
    expect(JSON.stringify(restriction)).not.to.match(/flag|report/i);
    expect(await readUrgent()).to.include({ flags: 1, held: 1 });

    await decide(ben, flag, 'dismiss');
    expect(await isHeld(bob)).to.equal(false);
    expect(await readUrgent()).to.deep.equal({ flags: 0, held: 0, oldest_at: null });
    const deeds = (await listLog({ cursor: null, subject: bob.id, limit: 10 })).map(({ action }) => action);
    expect(deeds).to.deep.equal(['lift', 'dismiss', 'claim', 'hold', 'flag']);
    await actOnAllFlags();
    expect(await isHeld(bob), 'the job does not hold them anew').to.equal(false);
  });

  it('in the reason that follows the flag is held then', async () => {
    const bob = await person();
    const [ann] = await talking(await member(), bob);
    const { flag } = await ann.flag();
    expect(await isHeld(bob)).to.equal(false);
    await ann.visit('PATCH', `/api/flags/${flag.id}`, { category: 'underage', reason });
    expect(await isHeld(bob)).to.equal(true);
  });

  it('by a single guest is held for an hour at most, once, and alerts at once', async () => {
    const bob = await person();
    await flagged(bob);
    expect(await isHeld(bob)).to.equal(true);
    expect((await urgentFlags()).find((one) => one.category === 'underage')).to.include({ count: 1 });
    expect(await heldPeople()).to.include({ count: 1 });
    clock.advance(hold.loneGuestMinutes * 60_000 + 1000);
    await actOnAllFlags();
    expect(await isHeld(bob)).to.equal(false);
    expect(await readUrgent(), 'and the flag still waits').to.include({ flags: 1, held: 0 });
  });

  it('by guests on two devices is held until a moderator has looked', async () => {
    const bob = await person();
    await flagged(bob, { reporter: await elsewhere() });
    clock.advance(hold.loneGuestMinutes * 60_000 + 1000);
    await flagged(bob, { reporter: await elsewhere() });
    clock.advance(20 * 3600_000);
    expect(await isHeld(bob)).to.equal(true);
  });

  it('is held by one reporter alone at a time: the second waits until the first has been looked at', async () => {
    const [ben, bob, cid] = [await staff(), await person(), await person()];
    const ann = await member();
    const first = await flagged(bob, { reporter: ann });
    await flagged(cid, { reporter: ann });
    expect([await isHeld(bob), await isHeld(cid)]).to.deep.equal([true, false]);
    expect(await readUrgent(), 'both are seen').to.include({ flags: 2, held: 1 });
    await decide(ben, first, 'resolve', { action: 'restrict', hours: null, reason });
    await actOnAllFlags();
    expect([await isHeld(bob), await isHeld(cid)]).to.deep.equal([true, true]);
  });

  it('is held by one guest of a network alone at a time', async () => {
    const [bob, cid] = [await person(), await person()];
    await flagged(bob);
    await flagged(cid);
    expect([await isHeld(bob), await isHeld(cid)]).to.deep.equal([true, false]);
  });

  it('is not held by whoever cried wolf, nor without a call, nor by a flag that was withdrawn', async () => {
    const [ben, ann] = [await staff(), await member()];
    const bob = await person();
    await decide(ben, await flagged(bob, { reporter: ann }), 'dismiss');
    const cid = await person();
    await flagged(cid, { reporter: ann });
    expect(await isHeld(cid), 'the reporter was wrong before').to.equal(false);

    const dan = await person();
    const [eve] = await connecting(await member(), dan);
    await eve.flag({ category: 'underage', reason });
    expect(await isHeld(dan), 'nobody has seen them').to.equal(false);

    const fay = await person();
    const [gus] = await talking(await member(), fay);
    const { flag } = await gus.flag({ reason });
    await gus.visit('DELETE', `/api/flags/${flag.id}`);
    await sql(`UPDATE flags SET category = 'underage' WHERE id = $1`, [flag.id]);
    await actOnAllFlags();
    expect(await isHeld(fay)).to.equal(false);
  });

  it('and looked at lately is held by no single guest, but by a member still', async () => {
    const [ben, bob] = [await staff(), await person()];
    await decide(ben, await flagged(bob, { reporter: await elsewhere() }), 'resolve', { action: 'none' });
    await flagged(bob, { reporter: await elsewhere() });
    expect(await isHeld(bob)).to.equal(false);
    await flagged(bob, { reporter: await member() });
    expect(await isHeld(bob)).to.equal(true);
  });

  it('is held once by many at once, and not again once a moderator has lifted it', async () => {
    const bob = await person();
    await flagged(bob, { reporter: await member() });
    await Promise.all([actOnAllFlags(), actOnAllFlags()]);
    const rows = await sql<{ id: string }>('SELECT id FROM restrictions WHERE hold');
    expect(rows).to.have.length(1);
    await lift(rows[0]!.id, newId());
    await actOnAllFlags();
    expect(await isHeld(bob)).to.equal(false);
  });
});

describe('a flag for violence', () => {
  isAStory();

  it('alerts at once, and holds nobody', async () => {
    const [ben, bob] = [await staff(), await person()];
    await flagged(bob, { reporter: await member(), category: 'violence' });
    expect(await isHeld(bob)).to.equal(false);
    expect(told(await ben.visit('GET', '/api/admin/urgent'))).to.include({ flags: 1, held: 0 });
    expect((await bob.visit('GET', '/api/admin/urgent')).status).to.equal(403);
  });
});
