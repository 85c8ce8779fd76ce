import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { lead, resign } from '#core/matching/lease.ts';
import { startMatchmaker, type Matchmaker } from '#core/matching/matchmaker.ts';
import { newWaitingPool } from '#core/matching/waitingPool.ts';
import { wave } from '#core/matching/wave.ts';
import { rules } from '#core/rules.ts';
import { sql } from '#db/postgres.ts';
import { deciding, isAStory, journeyOf, nothingIsBroken, person, statesOf, waiting } from '../cast.ts';
import { failing, heldBack, justAfter } from '../race.ts';
import { until } from '../until.ts';

describe('the lead of a pool', () => {
  isAStory();

  it('is one’s as long as one renews it, under one fence', async () => {
    const [me, other] = [newId(), newId()];
    const fence = await lead('world', me);
    for (let renewal = 0; renewal < 3; renewal += 1) {
      clock.advance(rules.matchmakerLeaseMs - 1);
      expect(await lead('world', other)).to.equal(null);
      expect(await lead('world', me)).to.equal(fence);
    }
  });

  it('passes to another when it was not renewed, under the next fence', async () => {
    const [me, other] = [newId(), newId()];
    const fence = await lead('world', me);
    clock.advance(rules.matchmakerLeaseMs + 1);
    expect(Number(await lead('world', other))).to.equal(Number(fence) + 1);
    expect(await lead('world', me)).to.equal(null);
  });

  it('is noticed to be free within two seconds', () => {
    expect(rules.matchmakerLeaseMs + rules.matchmakerRenewMs).to.be.at.most(2000);
    expect(rules.matchmakerRenewMs * 2).to.be.below(rules.matchmakerLeaseMs);
  });

  it('is given back at once by whoever stops', async () => {
    const [me, other] = [newId(), newId()];
    await lead('world', me);
    await resign('world', other);
    expect(await lead('world', other)).to.equal(null);
    await resign('world', me);
    expect(await lead('world', other)).to.be.a('string');
  });

  it('goes to one of many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => lead('world', newId())));
    expect(answers.filter((fence) => fence !== null)).to.have.length(1);
  });
});

/** One wave of a leader that has just begun. */
const openedBy = async (fence: string) => (await wave(newWaitingPool('world'), fence)).opened;

describe('a leader that was replaced', () => {
  isAStory();

  it('pairs nobody, however sure it is; the new one does', async () => {
    const [ann, bob] = await waiting();
    const old = await lead('world', newId());
    clock.advance(rules.matchmakerLeaseMs + 1);
    const young = await lead('world', newId());

    expect(await openedBy(old!)).to.deep.equal([]);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
    expect(await openedBy(young!)).to.have.length(1);
  });

  it('while it slept between choosing and committing, does no harm when it wakes', async () => {
    const [ann, bob] = await waiting();
    const old = await lead('world', newId());
    let young: string | null = null;
    const opened = await justAfter(
      'AS avoid',
      () => openedBy(old!),
      async () => {
        clock.advance(rules.matchmakerLeaseMs + 1);
        young = await lead('world', newId());
      },
    );
    expect(opened).to.deep.equal([]);
    expect(await openedBy(young!)).to.have.length(1);
    expect(await statesOf(ann, bob)).to.deep.equal(['CONNECTING', 'CONNECTING']);
  });

  it('and the new one, at the same moment, open one round between them', async () => {
    await waiting();
    const fence = (await lead('world', newId()))!;
    const opened = await Promise.all([1, 2, 3].map(() => openedBy(fence)));
    expect(opened.flat()).to.have.length(1);
  });
});

describe('a matchmaker at work', () => {
  const working: Matchmaker[] = [];
  const start = () => working[working.push(startMatchmaker('world')) - 1]!;
  afterEach(async () => {
    await Promise.all(working.splice(0).map((one) => one.stop()));
    await nothingIsBroken();
  });

  const leader = async () =>
    (await sql<{ holder: string | null }>('SELECT holder FROM matchmakers'))[0]?.holder ?? null;

  it('pairs two who come at once, and both held requests are answered', async () => {
    start();
    await until(async () => (await leader()) !== null);
    const [ann, bob] = [await person(), await person()];
    await ann.start();
    const first = await ann.hold();
    await bob.start();
    const second = await bob.hold();
    for (const held of [first, second]) expect(await held.answer).to.include({ match_found: true });
    await Promise.all([first, second].map((held) => held.abort()));
  });

  it('pairs two voters with others as soon as both have voted, although no view has changed', async () => {
    const [ann, bob] = await deciding();
    start();
    const others = [await person(), await person()];
    for (const one of others) await one.start({ genders: ['woman'] });
    for (const one of [ann, bob]) await sql(`UPDATE users SET gender = 'woman' WHERE id = $1`, [one.id]);
    await until(async () => (await leader()) !== null);
    await ann.decide('next');
    await ann.poll();
    const before = (await journeyOf(ann)).version;
    expect(await statesOf(ann, ...others)).to.deep.equal(['WAITING', 'WAITING', 'WAITING']);
    const held = await ann.hold();
    await bob.decide('next');
    expect(await held.answer).to.include({ match_found: true, state_version: before + 1 });
    await until(async () => (await statesOf(bob))[0] === 'CONNECTING');
    await held.abort();
  });

  it('finds those who came before it', async () => {
    const [ann, bob] = await waiting();
    start();
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'CONNECTING'));
  });

  it('is one of many, and the next takes over at once when it stops', async () => {
    for (let count = 0; count < 3; count += 1) start();
    await until(async () => (await leader()) !== null);
    const led = await leader();
    const place = working.findIndex(({ holder }) => holder === led);
    await working.splice(place, 1)[0]!.stop();
    expect(await leader()).not.to.equal(led);

    const [ann, bob] = await waiting();
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'CONNECTING'), 2_000);
    expect(await leader()).to.be.oneOf(working.map((one) => one.holder));
  });

  it('does not take the lead back that it gives away, though it was just about to renew it', async () => {
    const maker = start();
    await until(async () => (await leader()) !== null);
    await heldBack('INSERT INTO matchmakers', maker.stop);
    expect(await leader()).to.equal(null);
  });

  it('takes over within two seconds when the leader is gone without a word', async () => {
    await lead('world', newId());
    const since = performance.now();
    start();
    const [ann, bob] = await waiting();
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'CONNECTING'));
    expect(performance.now() - since).to.be.below(4_500);
  });

  it('gives up its lead when it can renew it but none of its waves ends well', async () => {
    const broken = failing('AS avoid');
    try {
      start();
      await until(async () => (await leader()) !== null);
      await until(async () => (await leader()) === null, 10_000);
      expect(await lead('world', newId()), 'another one leads').to.be.a('string');
    } finally {
      broken.mend();
    }
  });

  it('sees people again who had fallen silent, without being told', async () => {
    start();
    const [ann, bob] = [await person(), await person()];
    await ann.start();
    clock.advance(20_000); // nothing is heard of Ann, and her place in the pool stays
    await bob.start();
    await bob.poll();
    await ann.poll();
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'CONNECTING'), 3_000);
  });
});
