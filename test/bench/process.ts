import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** A server under measurement, in a process of its own. */
export interface Measured {
  url: string;
  pid: number;
  /** CPU used so far, user and system, ms. */
  cpuMs: () => number;
  /** Resident memory, bytes. */
  memory: () => number;
  stop: () => Promise<void>;
}

const msPerTick = 10; // USER_HZ on Linux is 100

/**
 * Starts one TypeScript file as a server on a free port, and waits until it accepts connections.
 * @param cwd the folder that it runs in: ours when not given
 */
export async function measured(file: string, env: NodeJS.ProcessEnv, cwd?: string): Promise<Measured> {
  const port = await freePort();
  const { child, ...process } = spawned(file, { ...env, PORT: String(port), HOST: '127.0.0.1' }, cwd);
  await accepts(port, child);
  return { ...process, url: `http://127.0.0.1:${port}` };
}

/** Starts one TypeScript file as a process that serves nobody. */
export const background = (file: string, env: NodeJS.ProcessEnv, cwd?: string): Omit<Measured, 'url'> =>
  spawned(file, env, cwd);

function spawned(
  file: string,
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Omit<Measured, 'url'> & { child: ChildProcess } {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = child.pid ?? 0;
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return {
    child,
    pid,
    cpuMs: () => cpuMsOf(pid),
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    stop: () =>
      new Promise((resolve) => {
        process.off('exit', end);
        child.once('exit', () => resolve());
        end();
      }),
  };
}

/** CPU that a process has used, user and system, ms. */
export const cpuMsOf = (pid: number): number => sumOf(pid, [11, 12]) * msPerTick;

/** CPU that a process has used with its children, those that have ended too, ms: PostgreSQL with its backends. */
export function cpuMsOfFamily(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const own = sumOf(pid, [11, 12, 13, 14]) * msPerTick;
  return children.filter(Boolean).reduce((sum, child) => sum + cpuMsOrNone(Number(child)), own);
}

export const parentOf = (pid: number): number => sumOf(pid, [1]);

/** A child may end while it is looked at. */
function cpuMsOrNone(pid: number): number {
  try {
    return cpuMsOf(pid);
  } catch {
    return 0;
  }
}

/** The sum of fields of /proc/<pid>/stat, counted from the one after the name. */
function sumOf(pid: number, fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.reduce((sum, field) => sum + Number(stat[field]), 0);
}

async function accepts(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (await connects(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not start');
}

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
