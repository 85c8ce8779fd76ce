import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { background, measured, type Measured } from '../process.ts';
import type { Person, Task } from './people.ts';

/** What one version sent to its servers since it started. */
export interface Sent {
  statements: number;
  commands: number;
}

/** A version under measurement: its API, and its worker if it has one. */
export interface Contender {
  name: string;
  api: Measured;
  worker?: Omit<Measured, 'url'> | undefined;
  /** What the API sent so far, counted in its process. */
  sent: () => Promise<Sent>;
  /** Only one contender runs at a time: the others are stopped where they are, and cost nothing. */
  freeze: () => void;
  thaw: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Time for whatever was late while a contender was frozen. */
const settleMs = 500;

/**
 * Starts a version.
 * @param folder where it is checked out
 * @param files its servers, in that folder
 * @param logs a folder for what it counts
 */
export async function contend(
  name: string,
  folder: string,
  files: { api: string; worker?: string },
  env: NodeJS.ProcessEnv,
  logs: string,
): Promise<Contender> {
  const log = path.join(logs, `${name.replaceAll(' ', '-')}.log`);
  const preload = path.join(import.meta.dirname, 'countSent.cjs');
  const counting = { ...env, NODE_OPTIONS: `--require ${preload}`, SENT_LOG: log };
  const api = await measured(path.join(folder, files.api), counting, folder);
  const worker = files.worker && background(path.join(folder, files.worker), env, folder);
  const all = [api, ...(worker ? [worker] : [])];
  const signal = (what: NodeJS.Signals) => all.forEach(({ pid }) => process.kill(pid, what));
  return {
    name,
    api,
    worker: worker || undefined,
    sent: () => readSent(api.pid, log),
    freeze: () => signal('SIGSTOP'),
    thaw: async () => {
      signal('SIGCONT');
      await sleep(settleMs);
    },
    stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
  };
}

async function readSent(pid: number, log: string): Promise<Sent> {
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  const before = lines().length;
  process.kill(pid, 'SIGUSR2');
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const now = lines();
    if (now.length > before) return JSON.parse(now.at(-1) ?? '') as Sent;
    await sleep(5);
  }
  throw new Error('the API does not say what it has sent');
}

/** Makes people with the code of the version in a folder. */
export interface Casting {
  perform: (task: Task) => Promise<Person[]>;
  stop: () => void;
}

export async function casting(folder: string, env: NodeJS.ProcessEnv): Promise<Casting> {
  const child = fork(path.join(import.meta.dirname, 'people.ts'), {
    execArgv: ['--import', 'tsx'],
    cwd: folder,
    env: { ...process.env, ...env, VERSION: folder },
  });
  await once(child, 'message');
  return {
    perform: async (task) => {
      child.send(task);
      const [answer] = (await once(child, 'message')) as [{ people: Person[] } | { error: string }];
      if ('error' in answer) throw new Error(answer.error);
      return answer.people;
    },
    stop: () => child.kill('SIGKILL'),
  };
}
