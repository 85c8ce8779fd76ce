import { expect } from 'chai';
import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { commitPairs } from '#core/matching/commit.ts';
import { lead } from '#core/matching/lease.ts';
import { pair } from '#core/matching/pairing.ts';
import { readPool } from '#core/matching/people.ts';
import { lockDraft } from '#core/commands/locked.ts';
import { block } from '#core/safety/block.ts';
import { transaction } from '#core/transaction.ts';
import type { blocksAnswer } from '#core/wire/safety.ts';
import { sql } from '#db/postgres.ts';
import {
  connecting,
  deciding,
  drawsMode,
  journeyOf,
  nothingIsBroken,
  person,
  roundOf,
  runWave,
  statesOf,
  talking,
  together,
  type Player,
} from '../cast.ts';
import { newGate, waitsForALock } from '../gate.ts';
import { withoutRedis } from '../outage.ts';
import { whereabouts } from '../still.ts';

const blocksOf = async (who: Player) =>
  ((await who.visit('GET', '/api/blocks')).body as z.infer<typeof blocksAnswer>).blocks;
const matchesOf = async (who: Player) =>
  ((await who.visit('GET', '/api/matches')).body as { matches: { match_id: string }[] }).matches.map(
    (one) => one.match_id,
  );

/** Both start anew and wait; how many are paired. */
async function meetAgain(...people: Player[]): Promise<number> {
  for (const one of people) {
    await one.start();
    await one.poll();
  }
  const { length } = await runWave();
  for (const one of people) await one.poll();
  return length;
}

describe('a block', () => {
  drawsMode();
  afterEach(nothingIsBroken);

  it('ends the call: both go on looking', async () => {
    const [ann, bob] = await talking();
    const made = await ann.block();
    expect(made).to.include({ match_id: ann.round, display_name: 'Bob' });
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DISCONNECTING']);
    expect(await roundOf(ann)).to.include({ status: 'completed', end_reason: 'block', ended_by: ann.id });
    expect((await bob.poll()).notice).to.include({ reason: 'end', target_state: 'WAITING' });
    expect(await bob.poll()).to.include({ state: 'WAITING' });
    expect(await journeyOf(ann), 'it is no early exit').to.include({ early_exits: 0 });
  });

  for (const again of [connecting, talking])
    it(`by the id of an old round ends the one that the same two are in now (${again.name})`, async () => {
      const [first, ann, bob] = await together(again);
      expect((await ann.block(first)).match_id).to.equal(first);
      expect(await roundOf(ann)).to.include({ end_reason: 'block', ended_by: ann.id });
      expect((await statesOf(ann))[0]).to.equal('WAITING');
      await bob.poll();
      expect(await bob.poll()).to.include({ state: 'WAITING' });
    });

  it('while connecting cancels the round: both go on looking, the partner at their place', async () => {
    const [ann, bob] = await connecting();
    const { waiting_since } = await journeyOf(bob);
    await ann.block();
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await roundOf(ann)).to.include({ status: 'cancelled', end_reason: 'block' });
    expect((await journeyOf(bob)).waiting_since).to.deep.equal(waiting_since);
  });

  it('while deciding says no, whatever was said before', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await ann.block();
    expect((await bob.decide('continue')).outcome).to.equal('pending');
    expect((await roundOf(ann)).mutual_at).to.be.null;
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('before either has decided sends whoever blocks on, and the other one is left to decide', async () => {
    const [ann, bob] = await deciding();
    await ann.block();
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DECIDING']);
  });

  it('that races the second yes comes before it or after it: hidden, never half a match', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    const [blocked, voted] = await Promise.all([ann.block(), bob.decide('continue')]);
    expect(blocked.match_id).to.equal(ann.round);
    expect((await roundOf(ann)).mutual_at !== null).to.equal(voted.outcome === 'mutual');
    expect(await matchesOf(ann)).to.deep.equal([]);
    if (voted.outcome === 'mutual') expect(await matchesOf(bob)).to.deep.equal([]);
    for (const one of [ann, bob, ann, bob]) await one.poll();
  });

  it('of a mutual match takes it out of both lists, and taking it back shows it again', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await bob.decide('continue');
    const { id } = await ann.block();
    for (const one of [ann, bob]) {
      expect(await matchesOf(one)).to.deep.equal([]);
      expect((await one.visit('GET', `/api/matches/${one.round}`)).status).to.equal(404);
    }
    expect((await ann.visit('DELETE', `/api/blocks/${id}`)).status).to.equal(204);
    for (const one of [ann, bob]) expect(await matchesOf(one)).to.deep.equal([one.round]);
  });

  it('of a match of which one has not heard yet takes the notice back', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await bob.decide('continue');
    await bob.block();
    for (const one of [ann, bob])
      expect(await one.poll()).to.deep.include({ state: 'WAITING', notice: null });
    for (const one of [ann, bob]) expect((await journeyOf(one)).parked, 'and they look on').to.be.false;
  });

  it('hides the round from whoever has blocked; the other one keeps their history, as after an end', async () => {
    const [ann, bob] = await talking();
    await ann.block();
    expect(await matchesOf(ann)).to.deep.equal([]);
    expect(await matchesOf(bob)).to.deep.equal([bob.round]);
  });

  it('holds for good and both ways, and for the devices', async () => {
    const [ann, bob] = await talking();
    await ann.block();
    await bob.poll();
    expect(await meetAgain(ann, bob)).to.equal(0);
    const again = await person({ device_token: bob.deviceToken });
    await bob.stop();
    expect(await meetAgain(again), 'Bob as another guest').to.equal(0);
    await ann.stop();
    const other = await person({ device_token: ann.deviceToken });
    expect(await meetAgain(other), 'Ann as another guest').to.equal(0);
  });

  it('is taken back by whoever has made it, while the other one’s stays', async () => {
    const [ann, bob] = await talking();
    const [mine, theirs] = [await ann.block(), await bob.block()];
    await bob.poll();
    expect((await ann.visit('DELETE', `/api/blocks/${mine.id}`)).status).to.equal(204);
    expect(await meetAgain(ann, bob)).to.equal(0);
    expect((await bob.visit('DELETE', `/api/blocks/${theirs.id}`)).status).to.equal(204);
    expect(await meetAgain(ann, bob)).to.equal(1);
  });

  it('made twice, or twice at once, is one, and nothing moves any more', async () => {
    const [ann, bob] = await talking();
    const made = await Promise.all([ann.block(), ann.block(), ann.block()]);
    await bob.poll();
    await bob.poll();
    const before = [await whereabouts(ann), await whereabouts(bob)];
    expect(new Set([...made, await ann.block()].map(({ id }) => id)).size).to.equal(1);
    expect([await whereabouts(ann), await whereabouts(bob)]).to.deep.equal(before);
    expect(await sql('SELECT id FROM blocks')).to.have.length(1);
  });

  it('is listed for whoever has made it, newest first, and for nobody else', async () => {
    const ann = await person();
    for (const display_name of ['Bob', 'Cat']) {
      const other = await person({ display_name });
      await talking(ann, other);
      await ann.block();
      await other.poll();
      expect(await blocksOf(other)).to.deep.equal([]);
    }
    expect((await blocksOf(ann)).map(({ display_name }) => display_name)).to.deep.equal(['Cat', 'Bob']);
    expect(JSON.stringify(await blocksOf(ann))).to.not.include('blocked_id');
  });

  it('moves nobody who waits or has gone home: the version of the other one does not tell', async () => {
    const [ann, bob] = await talking();
    await ann.skip();
    await bob.poll();
    await bob.poll();
    const waits = await whereabouts(bob);
    await ann.block();
    expect(await whereabouts(bob)).to.deep.equal(waits);
    await bob.stop();
    const home = await whereabouts(bob);
    await ann.block();
    expect(await whereabouts(bob)).to.deep.equal(home);
  });

  it('makes void a pair that the matchmaker has chosen and not yet opened', async () => {
    const [first, ann, bob] = await waitingAgain();
    clock.advance(5_000); // the lease of the matchmaker that paired them first runs out
    const fence = await lead('world', newId());
    expect(fence).to.be.a('string');
    const chosen = pair(await readPool('world'), { nowMs: clock.ms(), relaxAfterSeconds: 30 });
    expect(chosen).to.have.length(1);
    await block(ann.id, first);
    await sql('DELETE FROM blocks'); // what is left is the guard
    expect(await commitPairs('world', fence!, chosen)).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('that is being made when the pair is opened ends the round or prevents it', async () => {
    const [first, ann, bob] = await waitingAgain();
    const [held, gate] = [newGate(), newGate()];
    const holding = transaction(async (tx) => {
      await lockDraft(tx, { people: [ann.id, bob.id] });
      held.open();
      await gate.passed;
    });
    await held.passed;
    const blocking = ann.block(first);
    expect(await waitsForALock(blocking)).to.be.true;
    const opened = await runWave();
    gate.open();
    await Promise.all([holding, blocking]);
    expect(opened, 'whoever is locked is not paired').to.deep.equal([]);
    expect(await runWave()).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('works without Redis', async () => {
    const [ann, bob] = await talking();
    await withoutRedis(() => ann.block());
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'DISCONNECTING']);
    for (const one of [ann, bob]) await one.stop();
  });
});

/** Two who have met, have started anew, and may meet again; with the id of their first round. */
async function waitingAgain(): Promise<[first: string, ann: Player, bob: Player]> {
  const [ann, bob] = await talking();
  const first = ann.round;
  await ann.skip();
  for (const one of [ann, bob]) {
    await one.stop();
    await one.start();
    await one.poll();
  }
  return [first, ann, bob];
}
