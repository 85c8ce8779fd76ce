import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { next, plan, type Share } from './parallel/plan.ts';

const root = path.dirname(import.meta.dirname);

describe('npm test', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => (folder = mkdtempSync(path.join(root, 'node_modules', '.tests-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs test files with these contents. @returns its exit code, its last line, and everything that it printed */
  function run(...contents: string[]): Promise<{ code: number; last: string; output: string }> {
    const files = contents.map((content, at) => {
      const file = path.join(folder, `file${at}.mjs`);
      writeFileSync(file, content);
      return file;
    });
    const { CI: _ci, ...own } = process.env;
    const env = { ...own, TEST_PROCESSES: '2', TEST_SILENCE_SECONDS: '25' };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', 'test/run.ts', ...files],
        { cwd: root, env },
        (error, out) =>
          resolve({
            code: Number(error?.code ?? 0),
            last: out.trimEnd().split('\n').at(-1) ?? '',
            output: out,
          }),
      );
    });
  }

  it('adds up what its processes say, and ends with 0 when all is well', async () => {
    const { code, last, output } = await run(
      `it('one', () => {}); it('two', () => {});`,
      `it.skip('three');`,
    );
    expect(last, output).to.equal('2 passed, 0 failed, 1 skipped');
    expect(code).to.equal(0);
  });

  it('takes a process that crashes or hangs for a failure, and names the test', async () => {
    const { code, last, output } = await run(`it('crashes', () => process.kill(process.pid, 'SIGKILL'));`);
    expect(output).to.match(/the process ended \(SIGKILL\) in .*file0\.mjs: crashes/);
    expect(last, output).to.equal('0 passed, 1 failed');
    expect(code).to.equal(1);

    const hung = await run(`it('hangs', () => { for (;;); });`);
    expect(hung.output).to.match(
      /the process ended \(killed after 25 s without any news\) in .*file0\.mjs: hangs/,
    );
    expect(hung).to.include({ code: 1, last: '0 passed, 1 failed' });
  });

  it('fails when a process leaves something open, although all its tests passed', async () => {
    const { code, last, output } = await run(`it('leaves a timer', () => { setInterval(() => {}, 1000); });`);
    expect(output).to.match(/all passed, but the process ended with exit code 1: .*file0\.mjs/);
    expect(last).to.equal('1 passed, 1 failed');
    expect(code).to.equal(1);
  });

  it('fails by name for a test file that cannot be loaded', async () => {
    const { code, output, last } = await run(`import 'nowhere-to-be-found';`);
    expect(output).to.match(/the process ended \(exit code \d+\) before the first test of .*file0\.mjs/);
    expect(last).to.equal('0 passed, 1 failed');
    expect(code).to.equal(1);
  });
});

describe('the shares of npm test', () => {
  const seconds = {
    'test/browser/a.test.ts': 50,
    'test/browser/b.test.ts': 40,
    'test/x.test.ts': 20,
    'test/y.test.ts': 9,
    'test/z.test.ts': 1,
  };
  const shares = plan(Object.keys(seconds), seconds);

  it('have every file once, the longest first', () => {
    expect(shares.flatMap(({ files }) => files)).to.have.members(Object.keys(seconds));
    expect(shares.map((share) => share.seconds)).to.deep.equal([50, 40, 29, 1]);
  });

  it('never run two browsers at once', () => {
    const [a, b] = shares as [Share, Share];
    expect(next([b, ...shares.slice(2)], new Set([a]))).to.equal(shares[2]);
    expect(next([b], new Set([a]))).to.equal(undefined);
    expect(next([b], new Set())).to.equal(b);
  });
});
