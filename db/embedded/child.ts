import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { leash } from './leash.ts';

/** A program that runs beside us until we stop it or end. */
export type Child = {
  pid: number;
  /** Resolves with the reason when the program ends without having been stopped. */
  died: Promise<string>;
  /** Asks it to end, insists after a while, and resolves once it is gone. */
  stop: () => Promise<void>;
};

export type ChildOptions = {
  /** What people call it, in messages. */
  name: string;
  command: string;
  args: string[];
  /** Answers whether it is ready for work; asked again and again. */
  ready: () => Promise<boolean>;
  /** A file that its output is appended to; without one it writes to our terminal. */
  log?: string;
  input?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  stopSignal?: 'SIGTERM' | 'SIGINT';
  stopWithinMs?: number;
  /** A directory to delete should we end without having stopped it. */
  removeIfOrphaned?: string;
};

const readyWithinMs = 60_000;

/**
 * Starts a program in a session of its own, on a leash, and waits until it is ready.
 * @throws Error with the last lines of its output when it ends or stays unready for a minute
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, log, ready, stopSignal = 'SIGTERM', stopWithinMs = 30_000 } = options;
  const logFrom = log === undefined ? 0 : sizeOf(log);
  const child = spawnDetached(options);
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} could not be started: ${await exit}`);

  const unleash = leash(pid, stopSignal.slice(3), options.removeIfOrphaned);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= end(child, exit, stopSignal, stopWithinMs));
  const ended = exit.then((how) => {
    unleash();
    return `${name} ended unexpectedly (${how})${lastLines(log, logFrom)}`;
  });
  const died = new Promise<string>((resolve) => {
    void ended.then((reason) => stopping === undefined && resolve(reason));
  });

  const obstacle = await Promise.race([ended, untilReady(ready, exit)]);
  if (obstacle === undefined) return { pid, died, stop };
  await stop();
  throw new Error(obstacle === 'late' ? `${name} was not ready in time${lastLines(log, logFrom)}` : obstacle);
}

function spawnDetached({ command, args, log, input, env, cwd, uid, gid }: ChildOptions): ChildProcess {
  const output = log === undefined ? 'inherit' : openSync(log, 'a');
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
    detached: true,
    ...(env && { env }),
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid, gid }),
  });
  if (typeof output === 'number') closeSync(output);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  child.unref();
  return child;
}

async function untilReady(ready: () => Promise<boolean>, exit: Promise<string>): Promise<'late' | undefined> {
  const over = new AbortController();
  void exit.then(() => over.abort());
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline && !over.signal.aborted) {
    if (await ready().catch(() => false)) return undefined;
    await sleep(50);
  }
  return 'late';
}

async function end(
  child: ChildProcess,
  exit: Promise<string>,
  signal: NodeJS.Signals,
  withinMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  child.kill(signal);
  const insist = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await exit;
  clearTimeout(insist);
}

function lastLines(log: string | undefined, from: number): string {
  if (log === undefined) return '';
  const lines = readFileSync(log).subarray(from).toString().trimEnd().split('\n').slice(-12);
  return lines.join('').trim() ? `:\n  ${lines.join('\n  ')}` : '';
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
