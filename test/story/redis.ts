import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startChild, type Child } from '#db/embedded/child.ts';
import { freePort } from '#db/embedded/port.ts';

/** A Redis of a story's own, which may be killed: it keeps its log, as in production. */
export interface OwnRedis {
  url: string;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  freeze: () => void;
  thaw: () => void;
  remove: () => Promise<void>;
}

export async function openRedis(): Promise<OwnRedis> {
  const dir = await mkdtemp(path.join(tmpdir(), 'minuet-story-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = { port, bind: '127.0.0.1', dir, appendonly: 'yes', appendfsync: 'everysec', save: '""' };
  let child: Child | undefined;
  const start = async () => {
    child = await startChild({
      name: 'Redis',
      command: 'redis-server',
      args: ['-'],
      input: Object.entries(settings)
        .map((words) => words.join(' '))
        .join('\n'),
      log: path.join(dir, 'redis.log'),
      ready: () => answers(url),
    });
  };
  await start();
  return {
    url,
    start,
    freeze: () => void process.kill(child!.pid, 'SIGSTOP'),
    thaw: () => void process.kill(child!.pid, 'SIGCONT'),
    kill: async () => {
      process.kill(child!.pid, 'SIGKILL');
      await child!.died;
      child = undefined;
    },
    remove: async () => {
      await child?.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping(); // refused while the log is being read
    return true;
  } finally {
    redis.disconnect();
  }
}
