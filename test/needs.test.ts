import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const root = path.dirname(import.meta.dirname);

describe('a test run on a machine with Node alone', function () {
  this.timeout(120_000);
  let programs: string;

  before(() => {
    programs = mkdtempSync(path.join(os.tmpdir(), 'minuet-programs-'));
    symlinkSync(process.execPath, path.join(programs, 'node'));
  });
  after(() => rmSync(programs, { recursive: true, force: true }));

  /** Runs test files where PATH leads to Node alone. */
  function run(
    env: Record<string, string>,
    ...files: string[]
  ): Promise<{ code: number; output: string; last: string }> {
    const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const { REDIS_URL: _redis, CI: _ci, ...own } = process.env;
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [mocha, ...files],
        { cwd: root, env: { ...own, PATH: programs, ...env } },
        (error, out, complaints) => {
          const output = `${out}${complaints}`;
          resolve({
            code: Number(error?.code ?? 0),
            output,
            last: out.trimEnd().split('\n').slice(-2).join('\n'),
          });
        },
      );
    });
  }

  it('skips what it lacks the programs for, names them with their commands, and ends well', async () => {
    const files = ['test/browser/date.test.ts', 'test/browser/relay.test.ts', 'test/story/cluster.test.ts'];
    const { code, output, last } = await run({ CHROMIUM: 'none' }, ...files);
    expect(last, output).to.match(/^6 skipped for lack of .*\n0 passed, 0 failed, 6 skipped$/);
    for (const debian of ['chromium', 'coturn', 'redis-server'])
      expect(output).to.include(`apt-get install ${debian}`);
    expect(output).to.include('- two strangers meet');
    expect(code).to.equal(0);
  });

  it('fails in CI by the name of each test whose program is missing', async () => {
    const { code, output, last } = await run({ CHROMIUM: 'none', CI: 'true' }, 'test/story/cluster.test.ts');
    expect(last, output).to.match(/\n0 passed, 1 failed$/);
    expect(output).to.include('This needs a real Redis server: apt-get install redis-server');
    expect(code).to.not.equal(0);
  });

  it('leaves nothing open when the browser does not start', async () => {
    const broken = path.join(programs, 'chromium');
    writeFileSync(
      broken,
      `#!${process.execPath}\nif (process.argv.includes('--version')) console.log('Chromium 1.0'); else process.exit(1);\n`,
    );
    chmodSync(broken, 0o755);
    const { code, output, last } = await run({ CHROMIUM: broken }, 'test/browser/date.test.ts');
    expect(last, output).to.match(/\n0 passed, 1 failed$/);
    expect(output).to.not.include('left something open');
    expect(code).to.not.equal(0);
  });
});
