import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';
import { freePort } from '#db/embedded/port.ts';
import { until } from '../until.ts';

const house = path.join(import.meta.dirname, '..', '..');

describe('the worker process', function () {
  this.timeout(30_000);

  it('starts while PostgreSQL is away, goes on trying, and ends when it is asked to', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
      cwd: house,
      env: {
        ...process.env,
        DATABASE_URL: `postgres://minuet@127.0.0.1:${await freePort()}/minuet`,
        LOG_LEVEL: 'info',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    try {
      await until(() => output.includes('the worker works'), 15_000);
      const tries = () => output.split('the clock was not measured').length - 1;
      await until(() => tries() >= 2, 10_000);
      expect(child.exitCode).to.be.null;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      expect(code).to.equal(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
