import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '#db/embedded/port.ts';
import { describeWith } from '../needs.ts';
import { onPath } from '../onPath.ts';
import { newPlace, removePlaces } from './place.ts';

const house = path.resolve(import.meta.dirname, '..', '..');

type Start = { child: ChildProcess; output: () => string; exit: Promise<number | string> };

const itself = [process.execPath, '--import', 'tsx', path.join('bin', 'start.ts'), '--no-client'];
const byNpm = ['npm', 'start', '--', '--no-client'];

/** `npm start` on a machine of its own, as far as that can be had. */
function npmStart(dataDir: string, port: number, [program = '', ...args]: string[]): Start {
  const { DATABASE_URL: _database, REDIS_URL: _redis, JWT_SECRET: _secret, ...env } = process.env;
  const child = spawn(program, args, {
    cwd: house,
    env: { ...env, NODE_ENV: 'development', LOG_LEVEL: 'info', DATA_DIR: dataDir, PORT: String(port) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exit = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 'unknown'));
  });
  return { child, output: () => output, exit };
}

async function untilRunning(start: Start): Promise<void> {
  while (!start.output().includes('Minuet is running')) {
    if (start.child.exitCode !== null) throw new Error(start.output());
    await sleep(50);
  }
}

/** pid and command of everything that a process has started. */
function childrenOf(parent: number | undefined): { pid: number; command: string }[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return [...table.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)]
    .filter(([, , ppid]) => Number(ppid) === parent)
    .map(([, pid, , command = '']) => ({ pid: Number(pid), command }));
}

async function untilGone(processes: { pid: number; command: string }[]): Promise<void> {
  for (const { pid } of processes) while (isAlive(pid)) await sleep(50);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

const isZombie = (pid: number) =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');

describeWith('ps', onPath('ps') !== undefined, 'npm start', function () {
  this.timeout(60_000);
  const starts: Start[] = [];
  const begin = (dataDir: string, port: number, command = itself) => {
    const start = npmStart(dataDir, port, command);
    starts.push(start);
    return start;
  };
  let dataDir: string;
  let port: number;

  before(async () => {
    dataDir = newPlace();
    port = await freePort();
  });

  afterEach(() => {
    for (const { child } of starts.splice(0)) child.kill('SIGKILL'); // of one that has ended this is nothing
  });
  after(removePlaces);

  it('brings everything up, and SIGTERM takes everything down', async () => {
    const start = begin(dataDir, port);
    await untilRunning(start);
    expect(start.output()).to.contain(`Minuet is running: http://localhost:${port}\n`);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).to.equal(200);
    expect(statSync(path.join(dataDir, 'secret')).mode & 0o777).to.equal(0o600);

    const children = childrenOf(start.child.pid);
    expect(children.map(({ command }) => command).join()).to.match(
      /postgres.*api.main\.ts.*worker.main\.ts/s,
    );
    start.child.kill('SIGTERM');
    expect(await start.exit).to.equal(0);
    expect(children.filter(({ pid }) => isAlive(pid))).to.deep.equal([]);
  });

  it('stops when npm is told to: no shell stands between the two', async () => {
    const npm = begin(dataDir, port, byNpm);
    await untilRunning(npm);
    const [start] = childrenOf(npm.child.pid);
    expect(start?.command).to.contain('bin/start.ts').and.not.contain('sh -c');
    const processes = [start!, ...childrenOf(start!.pid)];
    expect(processes).to.have.length.above(3);
    npm.child.kill('SIGTERM');
    await untilGone(processes);
  });

  it('says so when it already runs on this data, or the port is taken, and starts nothing', async () => {
    const start = begin(dataDir, port);
    await untilRunning(start);

    const second = begin(dataDir, await freePort());
    expect(await second.exit).to.equal(1);
    expect(second.output()).to.match(/^Minuet already runs on .*: http:\/\/localhost:\d+, process \d+\n$/);

    const elsewhere = newPlace();
    const third = begin(elsewhere, port);
    expect(await third.exit).to.equal(1);
    expect(third.output()).to.match(new RegExp(`^Port ${port} is taken.*PORT=\\d+ npm start\n$`));
    expect(existsSync(path.join(elsewhere, 'postgres'))).to.equal(false);
  });

  it('ends with the reason when one of its processes dies', async () => {
    const start = begin(dataDir, port);
    await untilRunning(start);
    const children = childrenOf(start.child.pid);
    process.kill(children.find(({ command }) => command.includes('api/main.ts'))!.pid, 'SIGKILL');
    expect(await start.exit).to.equal(1);
    expect(start.output()).to.contain('The api process ended unexpectedly (SIGKILL)');
    expect(children.filter(({ pid }) => isAlive(pid))).to.deep.equal([]);
  });

  it('leaves no orphan when it is killed with -9, and starts again on the same data', async () => {
    const start = begin(dataDir, port);
    await untilRunning(start);
    const children = childrenOf(start.child.pid);
    start.child.kill('SIGKILL');
    await untilGone(children);

    const again = begin(dataDir, port);
    await untilRunning(again);
    expect(again.output()).to.contain('The schema is up to date');
    again.child.kill('SIGINT');
    expect(await again.exit).to.equal(0);
  });
});
