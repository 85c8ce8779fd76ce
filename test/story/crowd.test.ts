import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import { openHouse } from './house.ts';

const root = path.join(import.meta.dirname, '../..');

describe('npm run demo', function () {
  this.timeout(120_000);

  it('a small crowd plays, nothing breaks, and everybody comes home', async () => {
    const house = await openHouse({
      ROUND_SECONDS: '2',
      DECISION_SECONDS: '2',
      ACK_SECONDS: '3',
      CONNECT_SECONDS: '5',
    });
    try {
      const [api] = await Promise.all([house.startApi(), house.startWorker()]);
      const { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, redisPrefix: REDIS_PREFIX } = house.where;
      const evening = await demo(`--people 12 --seconds 12 --url ${api.address}`, {
        DATABASE_URL,
        REDIS_URL,
        REDIS_PREFIX,
      });

      expect(evening.output, evening.output).to.match(/^Nothing is broken, nobody is stuck\.$/m);
      expect(evening.output).to.match(/^rounds +\d+ opened, [1-9]\d* started/m);
      expect(evening.output).to.match(/^start → told +p50 \d+ ms/m);
      expect(evening.code).to.equal(0);
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
