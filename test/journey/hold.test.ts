import { expect } from 'chai';
import { draining } from '#api/draining.ts';
import { clock } from '#core/clock.ts';
import { holders, register, ringAll } from '#core/polling/holders.ts';
import { poll } from '#core/polling/poll.ts';
import { markPublished } from '#core/views/publish.ts';
import { listenForWakes, stopListeningForWakes } from '#core/polling/wakes.ts';
import { rules } from '#core/rules.ts';
import { statementCount } from '#db/postgres.ts';
import { redis, scriptCount } from '#db/redis.ts';
import {
  heldAreRead,
  isAStory,
  person,
  placed,
  runWave,
  talking,
  waiting,
  type Held,
  type Player,
} from '../cast.ts';
import { newGate } from '../gate.ts';
import { until } from '../until.ts';

async function isOpen(held: Held<unknown>): Promise<boolean> {
  await heldAreRead();
  const still = Symbol('held');
  return (await Promise.race([held.answer, Promise.resolve(still)])) === still;
}

/** Time passes for those who hold a request; nobody sweeps. */
async function later(seconds: number): Promise<void> {
  clock.advance(seconds * 1000);
  ringAll();
  await heldAreRead();
}

describe('a held poll', () => {
  isAStory();

  it('is answered at once when its owner is paired, and so is the partner’s', async () => {
    const [ann, bob] = await waiting();
    const held = [await ann.hold(), await bob.hold()];
    expect(await isOpen(held[0]!)).to.equal(true);
    await runWave();
    for (const one of held) expect(await one.answer).to.include({ match_found: true, state: 'CONNECTING' });
  });

  it('wakes everybody whose news was published in one batch, not only the last of them', async () => {
    const people = [...(await waiting()), ...(await waiting())];
    const woken = new Set<string>();
    const first = newGate();
    const forget = people.map(({ id, version }) =>
      register({
        ...{ userId: id, pool: 'world', version, mailbox: null, release: () => undefined },
        ring: () => {
          woken.add(id);
          first.open();
        },
      }),
    );
    expect(await runWave()).to.have.length(2);
    await first.passed; // one message names them all, and they are woken one after the other, without a pause
    await new Promise((resolve) => setImmediate(resolve)); // the look every two seconds pauses between them
    for (const each of forget) each();
    expect([...woken]).to.have.members(people.map(({ id }) => id));
  });

  it('is answered at once when the owner does not know where they are', async () => {
    const [ann] = await talking();
    for (const seen of [0, ann.version - 1])
      expect((await ann.poll({ seen, wait: 20 })).state).to.equal('IN_CALL');
  });

  it('is the oldest of five of one person: it is answered, and four are held', async () => {
    const [ann, bob] = await waiting();
    const his = await bob.hold();
    const held: Held<unknown>[] = [];
    for (let count = 0; count <= rules.heldRequestsPerPerson; count += 1) held.push(await ann.hold());
    expect(await held[0]!.answer).to.include({ state: 'WAITING' });
    for (const one of [...held.slice(1), his]) expect(await isOpen(one)).to.equal(true);
    for (const one of [...held.slice(1), his]) await one.abort();
  });

  it('is held for twenty seconds while waiting', async () => {
    const [ann] = await waiting();
    const held = await ann.hold({ wait: 20 });
    await later(19.9);
    expect(await isOpen(held)).to.equal(true);
    await later(0.2);
    expect(await held.answer).to.include({ state: 'WAITING', match_found: false });
  });

  it('is held for as long as was asked, and not longer', async () => {
    const [ann] = await waiting();
    const held = await ann.hold({ wait: 3 });
    await later(3.1);
    expect((await held.answer).state).to.equal('WAITING');
  });

  for (const state of ['CONNECTING', 'IN_CALL'] as const)
    it(`is held for at most ten seconds in ${state}, so that whoever is lost is missed in time`, async () => {
      const [ann] = await placed(state);
      await ann.poll(); // the partner's join is news
      const held = await ann.hold({ wait: 20 });
      await later(rules.longestHoldInRoundSeconds - 0.1);
      expect(await isOpen(held)).to.equal(true);
      await later(0.2);
      expect((await held.answer).state).to.equal(state);
    });

  it('is not held where there is nothing to wait for', async () => {
    const [ann] = await placed('paused');
    expect((await ann.poll({ wait: 20 })).session_status).to.equal('paused');
    await ann.stop();
    expect((await ann.poll({ wait: 20 })).session_status).to.equal('ended');
  });

  it('without `seen` is held in the pool alone', async () => {
    const [ann] = await waiting();
    const held = await ann.hold({ seen: null });
    expect(await isOpen(held)).to.equal(true);
    await runWave();
    expect((await held.answer).state).to.equal('CONNECTING');
    expect((await ann.poll({ seen: null, wait: 20 })).state).to.equal('CONNECTING');
  });

  it('is let go when its client leaves, and nothing of it remains', async () => {
    const [ann, bob] = await talking();
    const held = [await ann.hold(), await ann.hold(), await bob.holdSignals()];
    await until(() => holders() === 2);
    for (const one of held) await one.abort();
    await until(() => holders() === 0);
  });

  it('leaves nothing behind when it is answered', async () => {
    const [ann, bob] = await talking();
    const held = [await ann.hold(), await bob.hold()];
    await bob.skip();
    for (const one of held) await one.answer;
    await until(() => holders() === 0);
  });

  it('is answered with what is known when the process drains', async () => {
    const [ann, bob] = await waiting();
    const held = [await ann.hold(), await bob.hold()];
    try {
      draining.begin();
      for (const one of held) expect(await one.answer).to.include({ state: 'WAITING' });
      expect((await ann.poll({ wait: 20 })).state).to.equal('WAITING');
    } finally {
      draining.reset();
    }
  });
});

describe('a wake-up that is lost', () => {
  isAStory();
  afterEach(() => listenForWakes());

  it('costs two seconds: whoever holds a request is looked after that often', async () => {
    const [ann, bob] = await talking();
    const held = await ann.hold();
    stopListeningForWakes();
    await bob.skip();
    expect(await isOpen(held)).to.equal(true);

    expect((await held.answerWithin(5_000)).state).to.equal('DISCONNECTING');
  });

  it('costs nothing more once the subscription is back: then everybody looks', async () => {
    const [ann, bob] = await talking();
    const held = await ann.hold();
    stopListeningForWakes();
    await bob.skip();
    await listenForWakes();
    expect((await held.answerWithin(1_400)).state).to.equal('DISCONNECTING');
  });
});

describe('a poll on its normal path', () => {
  isAStory();

  // Everything that goes over the request path's connection, scripts or not.
  let commands = 0;
  before(() => {
    const sendCommand = redis.sendCommand.bind(redis);
    Reflect.set(redis, 'sendCommand', (...command: unknown[]): unknown => {
      commands += 1;
      return Reflect.apply(sendCommand, redis, command);
    });
  });
  after(() => void Reflect.deleteProperty(redis, 'sendCommand'));

  const polls: Record<string, (ann: Player) => Promise<unknown>> = {
    'next-match': (ann) => ann.poll(),
    'next-match of a plain script': (ann) => ann.poll({ seen: null }),
    'a heartbeat': (ann) => ann.heartbeat(),
  };
  for (const state of ['WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'paused'] as const)
    it(`in ${state} makes one round trip to Redis and no SQL`, async () => {
      const [ann] = await placed(state);
      const inRound = state === 'CONNECTING' || state === 'IN_CALL';
      const all = { ...polls, ...(inRound && { signals: (one: Player) => one.signals() }) };
      for (const [what, ask] of Object.entries(all)) {
        await ask(ann); // the first may find its script or its round's seats unknown
        await markPublished();
        const before = { sql: statementCount(), scripts: scriptCount(), commands };
        await ask(ann);
        const after = { sql: statementCount(), scripts: scriptCount(), commands };
        expect(after.sql - before.sql, `${what}: SQL`).to.equal(0);
        expect(after.scripts - before.scripts, `${what}: scripts`).to.equal(1);
        expect(after.commands - before.commands, `${what}: commands`).to.equal(1);
      }
    });

  it('costs no SQL either when it asks about a session that has ended, or has seen what has never been', async () => {
    const [ann] = await waiting();
    const ended = ann.session;
    await ann.stop();
    await ann.start();
    const present = ann.session;
    const odd: Record<string, () => Promise<unknown>> = {
      'an ended session': () => ann.visit('GET', `${path}?session_id=${ended}`),
      'a heartbeat of an ended session': () =>
        ann.visit('POST', '/api/continuous-matching/heartbeat', { session_id: ended }),
      'far too much seen': () => ann.visit('GET', `${path}?session_id=${present}&seen=${ann.version + 1000}`),
      'more seen each time': () =>
        ann.visit('GET', `${path}?session_id=${present}&seen=${ann.version + (more += 1)}`),
    };
    const path = '/api/continuous-matching/next-match';
    let more = 1000;
    for (const [what, ask] of Object.entries(odd)) {
      await ask(); // the first reads from PostgreSQL
      await markPublished();
      const before = { sql: statementCount(), scripts: scriptCount() };
      for (let time = 0; time < 3; time += 1) await ask();
      expect(statementCount() - before.sql, `${what}: SQL`).to.equal(0);
      expect(scriptCount() - before.scripts, `${what}: scripts`).to.equal(3);
    }
  });

  it('shares its round trip with whoever polls in the same turn of the loop', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => person()));
    for (const one of people) await one.start();
    const before = scriptCount();
    await Promise.all(people.map(({ id }) => poll({ userId: id, pool: 'world', arrived: true, seen: null })));
    expect(scriptCount() - before).to.equal(1);
  });
});
