import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import { itOnRealRedis } from '../realRedis.ts';
import { kinds, makeSchedule } from './schedule.ts';

const root = path.join(import.meta.dirname, '../..');

describe('npm run chaos', function () {
  this.timeout(180_000);

  itOnRealRedis('everything breaks while a crowd plays, and nobody is harmed', async () => {
    const { code, output } = await chaos('--minutes 0.55 --people 24 --seed 11');
    expect(output, output).to.match(/^No harm: /m);
    expect(output).to.match(/^rounds that the clock ended: [1-9]/m);
    expect(code).to.equal(0);
  });

  itOnRealRedis('a rolling restart of everything answers whoever asks', async () => {
    const { code, output } = await chaos('--minutes 0.35 --people 24 --seed 3', 'roll api,roll worker');
    expect(output, output).to.match(/^No harm: /m);
    expect(output).to.match(/; broken off 0$/m);
    expect(code).to.equal(0);
  });

  it('says what is wrong with the command line', async () => {
    expect(await chaos('--people none'))
      .to.include({ code: 2 })
      .and.have.property('output')
      .that.includes('--people must be a number');
  });
});

describe('the faults of a run', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(makeSchedule(7, 60_000)).to.deep.equal(makeSchedule(7, 60_000));
    expect(makeSchedule(7, 60_000)).to.not.deep.equal(makeSchedule(8, 60_000));
  });

  it('are all there in ten minutes, never two at once of one thing, and healed at the end', () => {
    const faults = makeSchedule(7, 600_000);
    expect(new Set(faults.map(({ kind }) => kind))).to.have.property('size', kinds.length);
    const ofRedis = faults.filter(({ kind }) => kind.endsWith('redis'));
    for (const [at, { atMs, lastsMs }] of ofRedis.entries())
      expect(ofRedis[at + 1]?.atMs ?? Infinity).to.be.above(atMs + lastsMs);
    for (const { atMs, lastsMs } of faults) expect(atMs + lastsMs).to.be.at.most(600_000);
  });
});

async function chaos(args: string, only?: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/chaos/chaos.ts', ...args.split(' '), ...(only ? ['--only', only] : [])],
    { cwd: root },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
