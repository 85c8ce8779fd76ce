import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { startChild, type Child } from '#db/embedded/child.ts';

const house = path.dirname(import.meta.dirname);

export type ProcessOptions = {
  env: NodeJS.ProcessEnv;
  /** Where the logs go; without it they go to the terminal. */
  logs: string | undefined;
  /** Where the API will answer. */
  address: string;
};

/** Starts the API and waits until it answers. */
export function startApi(options: ProcessOptions): Promise<Child> {
  const healthy = async () =>
    (await fetch(`${options.address}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  return startNode('api', healthy, options);
}

/** Starts the worker, which has no door to knock at. */
export function startWorker(options: ProcessOptions): Promise<Child> {
  return startNode('worker', async () => true, options);
}

function startNode(
  name: 'api' | 'worker',
  ready: () => Promise<boolean>,
  { env, logs }: ProcessOptions,
): Promise<Child> {
  return startChild({
    name: `The ${name} process`,
    command: process.execPath,
    args: ['--import', 'tsx', path.join(house, name, 'main.ts')],
    cwd: house,
    env,
    ready,
    ...(logs !== undefined && { log: freshLog(logs, name) }),
  });
}

/** One log for each run, and the one before. */
function freshLog(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true });
  const log = path.join(directory, `${name}.log`);
  if (existsSync(log)) renameSync(log, path.join(directory, `${name}.old.log`));
  return log;
}
