import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { openHouse, type House } from './house.ts';

const shortRounds = { ROUND_SECONDS: '2', DECISION_SECONDS: '2', ACK_SECONDS: '3', CONNECT_SECONDS: '5' };
const root = path.join(import.meta.dirname, '../..');

describe('npm run demo', function () {
  this.timeout(120_000);

  it('a small crowd plays, nothing breaks, and everybody comes home', async () => {
    const house = await openHouse(shortRounds);
    try {
      const [api] = await Promise.all([house.startApi(), house.startWorker()]);
      const evening = await demo(`--people 12 --seconds 12 --url ${api.address}`, environmentOf(house));

      expect(evening.output, evening.output).to.match(/^Nothing is broken, nobody is stuck\.$/m);
      expect(evening.output).to.match(/^rounds +\d+ opened, [1-9]\d* started/m);
      expect(evening.output).to.match(/^start → told +p50 \d+ ms/m);
      expect(evening.code).to.equal(0);
    } finally {
      await house.close();
    }
  });

  it('plays on while API and worker are killed in turn: nobody is stuck, and nothing was half done', async () => {
    const house = await openHouse(shortRounds);
    try {
      const [api, worker] = await Promise.all([house.startApi(), house.startWorker()]);
      const evening = demo(`--people 12 --seconds 16 --outages --url ${api.address}`, environmentOf(house));
      await sleep(6_000);
      await api.kill();
      await house.startApi(api.port);
      await sleep(4_000);
      await worker.kill();
      await house.startWorker();

      const { code, output } = await evening;
      expect(output, output).to.match(/^Nothing is broken, nobody is stuck\.$/m);
      expect(output).to.match(/no connection [1-9]/);
      expect(code).to.equal(0);
    } finally {
      await house.close();
    }
  });

  it('says what is wrong with the command line, or that there is no server', async () => {
    expect(await demo('--people 1'))
      .to.deep.include({ code: 2 })
      .and.have.property('output')
      .that.includes('2 to 2000');
    expect(await demo('--url http://127.0.0.1:9'))
      .to.deep.include({ code: 2 })
      .and.have.property('output')
      .that.includes('No Minuet is ready');
  });
});

/** With the house's servers the demo looks into its tables too. */
const environmentOf = ({ where }: House): Record<string, string> => ({
  DATABASE_URL: where.databaseUrl,
  REDIS_URL: where.redisUrl,
  REDIS_PREFIX: where.redisPrefix,
});

async function demo(
  args: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo/demo.ts', ...args.split(' ')], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
