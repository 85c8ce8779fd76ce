import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest } from '../build.ts';
import { person, talking } from '../cast.ts';

const hours = (count: number) => clock.advance(count * 3600_000);
const days = (count: number) => hours(count * 24);
const counted = async (table: string): Promise<number> => (await sql(`SELECT 1 AS one FROM ${table}`)).length;

describe('what has served its time', () => {
  beforeEach(() => clock.stop());

  it('is chat after a day, unless the round was flagged', async () => {
    const [ann, bob] = await talking();
    await ann.say('good evening');
    await bob.end();
    const [cid] = await talking(await person(), await person());
    await cid.say('not so good');
    await cid.flag();
    hours(23.9);
    await forgetExpired();
    expect(await counted('chat_lines')).to.equal(2);
    hours(0.2);
    await forgetExpired();
    expect(await sql('SELECT text FROM chat_lines')).to.deep.equal([{ text: 'not so good' }]);
    days(1000);
    await forgetExpired();
    expect(await counted('chat_lines'), 'evidence stays with its flag').to.equal(1);
    expect(await counted('flags')).to.equal(1);
    expect(await counted('rounds'), 'and so does its round').to.equal(1);
  });

  it('is activity after ninety days: sessions, rounds, steps and votes; a match stays', async () => {
    const [ann, bob] = await talking();
    await ann.end();
    await bob.poll();
    await bob.stop();
    const [cid, dan] = await talking(await person(), await person());
    clock.advance(settings.roundSeconds * 1000);
    await sweep();
    await cid.decide('continue');
    await dan.decide('continue');
    for (const one of [cid, dan]) await one.stop();
    days(89);
    await forgetExpired();
    expect([await counted('rounds'), await counted('sessions')]).to.deep.equal([2, 4]);
    days(2);
    await forgetExpired();
    expect(await sql('SELECT id FROM rounds')).to.deep.equal([{ id: cid.round }]);
    expect(await counted('round_participants')).to.equal(2);
    for (const table of ['sessions', 'journey_events', 'exclusions'])
      expect(await counted(table), table).to.equal(0);
    await sql('DELETE FROM users WHERE id = ANY($1::uuid[])', [[cid.id, dan.id]]);
    await forgetExpired();
    expect(await counted('rounds'), 'when nobody is left to look at it').to.equal(0);
  });

  it('is the network that a device was used from, after two days', async () => {
    await buildGuest();
    expect(await sql('SELECT id FROM devices WHERE network IS NOT NULL')).to.have.length(1);
    hours(47);
    await forgetExpired();
    expect(await sql('SELECT id FROM devices WHERE network IS NOT NULL')).to.have.length(1);
    hours(2);
    await forgetExpired();
    expect(await sql('SELECT id FROM devices WHERE network IS NOT NULL')).to.be.empty;
  });
});
