import { expect } from 'chai';
import { recoverViews } from '#core/views/recover.ts';
import { pools } from '#core/pools.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { sweep } from '#core/sweeper.ts';
import {
  journeyOf,
  isAStory,
  passTime,
  person,
  runWave,
  statesOf,
  talking,
  waiting,
  type Player,
} from '../cast.ts';

const viewOf = ({ id }: Player) => keys.view(pools[0], id);

/** PostgreSQL as it was before `later`, Redis as it is afterwards: a failover has lost what was committed. */
async function losing(people: readonly Player[], later: () => Promise<unknown>): Promise<void> {
  const tables = ['journeys', 'journey_events', 'sessions', 'round_participants', 'rounds', 'exclusions'];
  for (const table of tables) await sql(`CREATE TABLE before_${table} AS TABLE ${table}`);
  await later();
  for (const table of [...tables].reverse()) await sql(`DELETE FROM ${table}`);
  for (const table of [...tables].reverse()) {
    await sql(`INSERT INTO ${table} SELECT * FROM before_${table}`);
    await sql(`DROP TABLE before_${table}`);
  }
  for (const one of people)
    expect(Number(await redis.hget(viewOf(one), 'version'))).to.be.above((await journeyOf(one)).version);
}

describe('after PostgreSQL has lost its last commits', () => {
  isAStory();

  it('people whose pairing is lost wait again, and are paired again', async () => {
    const [ann, bob] = await waiting(
      await person({ display_name: 'Ann' }),
      await person({ display_name: 'Bob' }),
    );
    await losing([ann, bob], async () => {
      await runWave();
      await Promise.all([ann.poll(), bob.poll()]);
    });
    const lost = await ann.poll();
    expect(lost.state).to.equal('CONNECTING');

    await sweep();
    const told = await ann.poll({ seen: lost.state_version });
    expect(told).to.deep.include({ state: 'WAITING', match_found: false });
    expect(told.state_version, 'no version stands for two views').to.be.above(lost.state_version);
    await runWave();
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    expect((await bob.poll()).state).to.equal('CONNECTING');
  });

  it('people whose skip is lost talk on, and a view twenty versions ahead is no exception', async () => {
    const [ann, bob] = await talking();
    await losing([ann, bob], async () => {
      await ann.skip();
      await Promise.all([ann.poll(), bob.poll()]);
    });
    await redis.hincrby(viewOf(ann), 'version', 20);

    await sweep();
    expect([(await ann.poll()).state, (await bob.poll()).state]).to.deep.equal(['IN_CALL', 'IN_CALL']);
    await passTime(3, { polling: [ann, bob] });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('somebody who signed up in what was lost is gone, and nobody is paired with them', async () => {
    const [ann, bob] = await waiting(
      await person({ display_name: 'Ann' }),
      await person({ display_name: 'Bob' }),
    );
    await sql('DELETE FROM journey_events WHERE user_id = $1', [bob.id]);
    await sql('DELETE FROM sessions WHERE user_id = $1', [bob.id]);
    await sql('DELETE FROM users WHERE id = $1', [bob.id]);

    await sweep();
    expect(await redis.zscore(keys.waiting(pools[0]), bob.id)).to.equal(null);
    const { status } = await bob.visit(
      'GET',
      `/api/continuous-matching/next-match?session_id=${bob.session}`,
    );
    expect(status).to.equal(401);
    expect((await ann.poll()).state).to.equal('WAITING');
  });

  it('a view that is newer only because something was committed meanwhile is left alone', async () => {
    const [ann, bob] = await talking();
    await Promise.all([recoverViews(pools[0], [ann.id, bob.id]), ann.skip()]);
    expect((await sql(`SELECT 1 FROM journey_events WHERE event = 'recovered'`)).length).to.equal(0);
    expect((await ann.poll()).state).to.equal('WAITING');
  });
});
