import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { sequelize, sql } from '#db/postgres.ts';
import { Deadlock, interleave, type Lane, type Turn } from './interleave.ts';
import { mutants } from './mutants.ts';
import { plant } from './plant.ts';
import { playSideBySide } from './processes.ts';
import { openSeams } from './seams.ts';

const house = path.resolve(import.meta.dirname, '../..');
const aDay = 86_400_000;

describe('the proof', function () {
  this.timeout(600_000); // on a busy machine; on a quiet one, one

  it('plays two thousand evenings, and nothing is broken', async () => {
    const played = await playSideBySide({ runs: 2_000, ms: aDay, seed: 1, shrinks: true }, 2);
    const { text = '', script = '' } = played.broken ?? {};
    expect(`${text}${script}`).to.equal('');
    expect(played.runs).to.equal(2_000);
  });

  it('notices a bug that is planted, and says which invariant it breaks', async () => {
    const mutant = mutants.find(({ name }) => name === 'the clock starts with the first who joins')!;
    const { noticed, how } = await plant(mutant, 1);
    expect(noticed).to.equal(true);
    expect(how).to.contain('A round started before both had joined');
  });

  it('notices a bug that is planted where a single test looks for it', async () => {
    const mutant = mutants.find(({ name }) => name === 'an entry of the log may be missing')!;
    const { noticed, how } = await plant(mutant, 1);
    expect(noticed).to.equal(true);
    expect(how).to.contain('takes an entry out and makes one chain of the others');
  });

  it('still knows where to plant each of its bugs', () => {
    const lost = mutants.flatMap(({ name, edits }) =>
      edits.filter(([file, from]) => times(from, file) !== 1).map(([file]) => `${name}: ${file}`),
    );
    expect(lost).to.deep.equal([]);
    expect(mutants).to.have.lengthOf(38);
  });
});

const times = (text: string, file: string): number =>
  readFileSync(path.join(house, file), 'utf8').split(text).length - 1;

describe('an interleaving', () => {
  let closeSeams: () => void;
  before(() => (closeSeams = openSeams()));
  after(() => closeSeams());

  const locks = (name: string, ...ids: number[]): Lane => ({
    name,
    work: () =>
      sequelize.transaction(async (raw) => {
        for (const id of ids) await sql('SELECT pg_advisory_xact_lock($1)', [id], raw);
      }),
  });
  const lockWaits = async () => {
    const [row] = await sql<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`,
    );
    return row!.count;
  };
  const play = (turns: Turn[], ...lanes: Lane[]) => interleave(lanes, turns, lockWaits, () => undefined);
  const who = (trace: string[]) => trace.map((line) => line.split(':')[0]).join(' ');

  it('is the one that its turns say, step by step', async () => {
    const one = (lane: number) => ({ lane, steps: 1 });
    const trace = await play([one(0), one(1), one(0), one(1)], locks('Ann', 1, 2), locks('Bob', 3, 4));
    expect(who(trace)).to.equal('Ann Bob Ann Bob Ann Bob');
  });

  it('lets others go on while one waits for a lock', async () => {
    const turns = [
      { lane: 0, steps: 1 },
      { lane: 1, steps: 9 },
    ];
    const trace = await play(turns, locks('Ann', 1, 2), locks('Bob', 3, 1, 4));
    expect(who(trace)).to.equal('Ann Bob Bob Bob Ann Ann Bob Bob');
    expect(trace[3]).to.equal('Bob: … waits for a lock');
  });

  it('does not count among those who wait whoever was let go during the count', async () => {
    const [delay, pause] = [10, 30].map((ms) => () => new Promise((resolve) => setTimeout(resolve, ms)));
    const query = sequelize.query.bind(sequelize) as (...given: unknown[]) => Promise<unknown>;
    closeSeams();
    Reflect.set(sequelize, 'query', async (...given: unknown[]) => {
      if (String(given[0]).startsWith('COMMIT')) await delay!();
      return query(...given);
    });
    closeSeams = openSeams();
    const slowly = async () => {
      const count = await lockWaits();
      await pause!();
      return count;
    };
    const bob: Lane = {
      name: 'Bob',
      work: () => sql('SELECT pg_advisory_xact_lock(1), pg_sleep(0.2)').then(() => undefined),
    };
    const turns = [
      { lane: 0, steps: 1 },
      { lane: 1, steps: 1 },
    ];
    const trace = await interleave([locks('Ann', 1), bob], turns, slowly, () => undefined);
    expect(trace.at(-1)).to.equal('Ann: COMMIT;');
  });

  it('says so when two wait for each other', async () => {
    const turns = [
      { lane: 0, steps: 1 },
      { lane: 1, steps: 2 },
    ];
    const met = await play(turns, locks('Ann', 1, 2), locks('Bob', 2, 1)).catch((error: unknown) => error);
    expect(met).to.be.instanceOf(Deadlock);
  }).timeout(10_000); // Postgres takes a second to end one of them
});
