import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Done, Task } from './loadGenerator.ts';
import type { Measured } from './process.ts';
import { noteAll } from './serverErrors.ts';

/** A process that makes load. */
export const generator = (): ChildProcess =>
  fork(path.join(import.meta.dirname, 'loadGenerator.ts'), { execArgv: ['--import', 'tsx'] });

/** Has it perform a task; one at a time. */
export async function perform(child: ChildProcess, task: Task): Promise<Done> {
  child.send(task);
  const [done] = (await once(child, 'message')) as [Done];
  noteAll(done.serverErrors);
  return done;
}

/** A clock that all processes of the machine share, unlike `performance.now()`. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export const portOf = ({ url }: Measured): number => Number(new URL(url).port);

/** As the API's own metrics say: the p99 since they were last asked. */
export async function loopLateness({ url }: Measured): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { Authorization: 'Bearer bench' } })).text();
  return Number(/^minuet_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1] ?? NaN) * 1000;
}
