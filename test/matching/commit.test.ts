import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newWaitingPool } from '#core/matching/waitingPool.ts';
import { sql } from '#db/postgres.ts';
import {
  isAStory,
  journeyOf,
  person,
  refusal,
  roundOf,
  runWave,
  statesOf,
  talking,
  waiting,
  type Player,
} from '../cast.ts';
import { inThisOrder, justAfter, whileLocked } from '../race.ts';

/** A wave that has chosen whom to pair, and has not committed it, when this happens. */
const waveWhile = (what: () => Promise<unknown>, pool = newWaitingPool('world')) =>
  justAfter('AS avoid', () => runWave(pool), what);

/** Two people who have met before and wait again in new sessions; `round` is that of then. */
async function acquainted(): Promise<[Player, Player]> {
  const [ann, bob] = await talking();
  await bob.skip();
  return waiting(ann, bob);
}

const excluded = (ann: Player, bob: Player, session: string | null, until: Date | null) =>
  sql(
    `INSERT INTO exclusions (id, user_id, device_id, other_user_id, other_device_id, reason, session_id, until)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, 'met', $5, $6)`,
    [ann.id, ann.me.deviceId, bob.id, bob.me.deviceId, session, until],
  );
const blocked = async (ann: Player, bob: Player, { byDevice }: { byDevice: boolean }) =>
  sql(
    `INSERT INTO blocks (id, blocker_id, blocker_device_id, blocked_id, blocked_device_id, created_at)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, $5)`,
    byDevice
      ? [(await person()).id, ann.me.deviceId, (await person()).id, bob.me.deviceId, clock.now()]
      : [
          ann.id,
          '00000000-0000-7000-8000-000000000001',
          bob.id,
          '00000000-0000-7000-8000-000000000002',
          clock.now(),
        ],
  );

describe('a pairing that was chosen is not made', () => {
  isAStory();

  const verbs: Record<string, (ann: Player) => Promise<unknown>> = {
    'when one of the two pauses first': (ann) => ann.pause(),
    'when one of the two ends first': (ann) => ann.stop(),
    'when one of the two starts anew first': (ann) => ann.start({ mode: 'video' }),
    'when one of the two edits their profile first': (ann) =>
      ann.visit('PATCH', '/api/me', { gender: 'other' }),
  };
  for (const [when, verb] of Object.entries(verbs))
    it(when, async () => {
      const [ann, bob] = await waiting();
      expect(await waveWhile(() => verb(ann))).to.deep.equal([]);
      expect(await statesOf(bob)).to.deep.equal(['WAITING']);
    });

  const rows: Record<string, (ann: Player, bob: Player) => Promise<unknown>> = {
    'when the first blocks the second': (ann, bob) => blocked(ann, bob, { byDevice: false }),
    'when the second blocks the first': (ann, bob) => blocked(bob, ann, { byDevice: false }),
    'when the device of the first blocks that of the second': (ann, bob) =>
      blocked(ann, bob, { byDevice: true }),
    'when the device of the second blocks that of the first': (ann, bob) =>
      blocked(bob, ann, { byDevice: true }),
    'when the first is kept from the second for a session': (ann, bob) =>
      excluded(ann, bob, ann.session, null),
    'when the second is kept from the first for a session': (ann, bob) =>
      excluded(bob, ann, bob.session, null),
    'when the first is kept from the second for a time': (ann, bob) =>
      excluded(ann, bob, null, clock.after(9)),
    'when the second is kept from the first for a time': (ann, bob) =>
      excluded(bob, ann, null, clock.after(9)),
    'when one of the two must cool down': (ann) =>
      sql('UPDATE journeys SET cooldown_until = $2 WHERE user_id = $1', [ann.id, clock.after(9)]),
    'when the device of one must cool down': (ann) =>
      sql('UPDATE devices SET cooldown_until = $2 WHERE id = $1', [ann.me.deviceId, clock.after(9)]),
    'when one is to wait outside the pool': (ann) =>
      sql('UPDATE journeys SET parked = true WHERE user_id = $1', [ann.id]),
    'when one has gone to another pool': (ann) =>
      sql(`UPDATE journeys SET pool = 'moon' WHERE user_id = $1`, [ann.id]),
    'when one has come to the other’s device': (ann, bob) =>
      sql('UPDATE journeys SET device_id = $2 WHERE user_id = $1', [ann.id, bob.me.deviceId]),
    'when it was declared void': (ann) =>
      sql('UPDATE journeys SET guard = guard + 1 WHERE user_id = $1', [ann.id]),
  };
  for (const [when, happens] of Object.entries(rows))
    it(`${when}, which is looked at again as it is committed`, async () => {
      const [ann, bob] = await waiting();
      expect(await waveWhile(() => happens(ann, bob))).to.deep.equal([]);
      expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
      await sql(`UPDATE journeys SET pool = 'world', parked = false`);
      await sql('UPDATE journeys SET device_id = $2 WHERE user_id = $1', [ann.id, ann.me.deviceId]);
    });

  it('but what is over, or another’s, keeps nobody apart', async () => {
    const [ann, bob] = await waiting();
    const cid = await person();
    const opened = await waveWhile(async () => {
      await excluded(ann, bob, null, clock.after(-1));
      await excluded(ann, bob, bob.session, null);
      await excluded(ann, cid, ann.session, null);
      await blocked(ann, cid, { byDevice: false });
    });
    expect(opened).to.have.length(1);
    await sql('DELETE FROM blocks');
  });

  it('when somebody else has the row in hand: they are about to change it', async () => {
    const [ann, bob] = await waiting();
    expect(await whileLocked([ann], () => runWave())).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await runWave()).to.have.length(1);
  });

  it('and the one left over is paired by the next wave', async () => {
    const [ann, bob] = await waiting();
    const pool = newWaitingPool('world');
    expect(await waveWhile(() => ann.pause(), pool)).to.deep.equal([]);
    const cid = await person();
    await cid.start();
    await Promise.all([bob.poll(), cid.poll()]);
    pool.moved.add(cid.id);

    const [opened] = await runWave(pool);
    expect([opened?.user1_id, opened?.user2_id]).to.have.members([bob.id, cid.id]);
    expect(await statesOf(ann, bob, cid)).to.deep.equal(['IDLE', 'CONNECTING', 'CONNECTING']);
  });
});

describe('a block and a pairing', () => {
  isAStory();

  it('cannot pass each other: a block that commits first forbids it', async () => {
    const [ann, bob] = await acquainted();
    expect(await waveWhile(() => ann.block())).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('cannot pass each other: a block that commits later finds the round and ends it', async () => {
    const [ann, bob] = await acquainted();
    const before = ann.round;
    await runWave();
    await ann.block(before);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await runWave()).to.deep.equal([]);
  });

  it('cannot pass each other: of a block under way the pairing keeps its hands off', async () => {
    const [ann, bob] = await acquainted();
    const [, opened] = await inThisOrder(
      [ann, bob],
      () => ann.block(),
      () => runWave(),
    );
    expect(opened).to.deep.equal({ status: 'fulfilled', value: [] });
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('hold for the device too: a guest who comes back on it is not paired by a choice made before', async () => {
    const [ann, bob] = await talking();
    await bob.skip();
    await bob.stop();
    const bobAgain = await person({ device_token: bob.deviceToken });
    await waiting(ann, bobAgain);
    expect(await waveWhile(() => ann.block())).to.deep.equal([]);
    expect(await runWave()).to.deep.equal([]);
    expect(await statesOf(ann, bobAgain)).to.deep.equal(['WAITING', 'WAITING']);
  });
});

describe('whoever is paired in the very moment in which they', () => {
  isAStory();

  const look = 'own AS MATERIALIZED';

  it('end their session, ends the round too', async () => {
    const [ann, bob] = await waiting();
    await justAfter(
      look,
      () => ann.stop(),
      async () => expect(await runWave()).to.have.length(1),
    );
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
  });

  it('start anew, ends that round first', async () => {
    const [ann, bob] = await waiting();
    await justAfter(
      look,
      () => ann.start(),
      async () => expect(await runWave()).to.have.length(1),
    );
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('pause, is paused when that round is over', async () => {
    const [ann, bob] = await waiting();
    await justAfter(
      'own AS MATERIALIZED',
      () => ann.pause(),
      async () => expect(await runWave()).to.have.length(1),
    );
    expect(await journeyOf(ann)).to.include({ state: 'CONNECTING', pause_asked: true });
    await ann.poll();
    await ann.skip();
    expect(await statesOf(ann, bob)).to.deep.equal(['IDLE', 'WAITING']);
  });

  it('edit their profile, are in that round all the same', async () => {
    const [ann, bob] = await waiting();
    await runWave();
    expect((await ann.visit('PATCH', '/api/me', { bio: 'New here' })).status).to.equal(200);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
    expect((await bob.poll()).match_found).to.equal(true);
    ann.round = bob.round;
    expect((await roundOf(ann)).status).to.equal('waiting');
    expect(await refusal(ann.decide('next'))).to.equal('decision_closed');
  });
});
