import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '#db/embedded/child.ts';
import type { ProcessOptions } from '../../bin/processes.ts';

/** A process of ours that may be killed, frozen and started again, as often as one likes. */
export interface Program {
  name: string;
  start: () => Promise<void>;
  /** As the machine does it when it is out of memory: nothing is said, nothing is put away. */
  kill: () => Promise<void>;
  freeze: () => void;
  thaw: () => void;
  /** SIGTERM; resolves with how long it took. */
  stop: () => Promise<number>;
  /** Does something to it once nothing else is being done to it. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Everything that it has written, all its lives together. */
  log: () => string;
  /** How it ended by itself, if it did. */
  surprises: string[];
}

/**
 * @param begin starts it once: `startApi` or `startWorker`
 * @param logs a directory for the logs of each life
 */
export function createProgram(
  name: string,
  begin: (options: ProcessOptions) => Promise<Child>,
  { env, address }: Omit<ProcessOptions, 'logs'>,
  logs: string,
): Program {
  let lives = 0;
  let busy: Promise<unknown> = Promise.resolve();
  let child: Child | undefined;
  const surprises: string[] = [];
  const folder = (life: number) => path.join(logs, `${name}-${life}`);

  const logOf = (life: number) => readIfThere(path.join(folder(life), `${kindOf(name)}.log`));
  const send = (signal: NodeJS.Signals) => {
    if (child) process.kill(child.pid, signal);
  };
  const program: Program = {
    name,
    surprises,
    start: async () => {
      lives += 1;
      await mkdir(folder(lives), { recursive: true });
      const started = await begin({ env, address, logs: folder(lives) });
      child = started;
      void started.died.then((how) => {
        if (child !== started) return;
        surprises.push(how);
        child = undefined;
        void program.alone(async () => child ?? program.start()); // as whoever looks after processes does
      });
      // A worker takes no requests: its log says when it is up.
      const late = performance.now() + mostStartingMs;
      while (child === started && !worksLine.test(logOf(lives)) && performance.now() < late) await sleep(100);
    },
    kill: async () => {
      const killed = child;
      child = undefined;
      if (!killed) return;
      process.kill(killed.pid, 'SIGKILL');
      await killed.died;
    },
    alone: (work) => {
      const done = busy.then(work);
      busy = done.catch(() => undefined);
      return done;
    },
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
    stop: async () => {
      const stopped = child;
      child = undefined;
      const fromMs = performance.now();
      await stopped?.stop();
      return performance.now() - fromMs;
    },
    log: () => Array.from({ length: lives }, (_, life) => logOf(life + 1)).join(''),
  };
  return program;
}

const mostStartingMs = 20_000;
const worksLine = /"msg":"the (?:worker works|API listens)"/;

const kindOf = (name: string): string => name.split(' ')[0]!;

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
