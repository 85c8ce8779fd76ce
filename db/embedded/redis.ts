import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startChild, type Child } from './child.ts';
import { onFreePort } from './port.ts';

export type EmbeddedRedis = {
  url: string;
  /** Where it comes from: REDIS_URL, a server program of this machine, or WebAssembly (development only). */
  kind: 'given' | 'server' | 'wasm';
  died?: Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Finds a Redis: REDIS_URL when given, else a `redis-server` or `valkey-server` of this machine, else Valkey
 * as WebAssembly, which keeps nothing and is for development only. `stop` ends what was started here.
 * @param dataDir the server's own directory, created when missing; a server that a killed process left running
 *   on it is stopped first
 * @param ephemeral keeps nothing; needs no directory
 * @throws Error with the server's last words when it does not start
 */
export async function startRedis(
  options: { dataDir?: string; ephemeral?: boolean } = {},
): Promise<EmbeddedRedis> {
  const given = process.env.REDIS_URL;
  if (given) return { url: given, kind: 'given', stop: async () => undefined };
  const program = onPath('redis-server') ?? onPath('valkey-server');
  if (program === undefined) return startWasm();
  if (options.ephemeral || options.dataDir === undefined) return startEphemeral(program);
  return startPersistent(program, path.resolve(options.dataDir));
}

async function startEphemeral(program: string): Promise<EmbeddedRedis> {
  const dir = await mkdtemp(path.join(tmpdir(), 'minuet-redis-'));
  const { url, child } = await onFreePort((port) => startServer(program, port, dir, false));
  const stop = async () => {
    await child.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { url, kind: 'server', died: child.died, stop };
}

async function startPersistent(program: string, dir: string): Promise<EmbeddedRedis> {
  mkdirSync(dir, { recursive: true });
  await stopLeftover(dir);
  const { url, child } = await onFreePort((port) => startServer(program, port, dir, true));
  return { url, kind: 'server', died: child.died, stop: child.stop };
}

/** The configuration goes in by stdin, where no other user of the machine can read the password. */
async function startServer(
  program: string,
  port: number,
  dir: string,
  durable: boolean,
): Promise<{ url: string; child: Child }> {
  const password = randomBytes(24).toString('hex');
  const url = `redis://:${password}@127.0.0.1:${port}`;
  if (durable) writeFileSync(addressFile(dir), url, { mode: 0o600 });
  const child = await startChild({
    name: 'Redis',
    command: program,
    args: ['-'],
    input: [
      `port ${port}`,
      'bind 127.0.0.1',
      `requirepass ${password}`,
      `dir "${dir}"`,
      'hz 100', // BullMQ's delayed jobs: 6 ms late instead of 51 ms at the median
      'maxmemory-policy noeviction',
      `appendonly ${durable ? 'yes' : 'no'}`,
      ...(durable ? [] : ['save ""']),
    ].join('\n'),
    log: path.join(dir, 'redis.log'),
    ready: () => answers(url),
    ...(!durable && { removeIfOrphaned: dir }),
  });
  return { url, child };
}

async function startWasm(): Promise<EmbeddedRedis> {
  const { url, child } = await onFreePort(async (port) => {
    const url = `redis://127.0.0.1:${port}`;
    const child = await startChild({
      name: 'Redis (WebAssembly)',
      command: process.execPath,
      args: [
        '--disable-warning=ExperimentalWarning',
        '--import',
        import.meta.resolve('tsx'),
        path.join(import.meta.dirname, 'valkeyWasm.ts'),
        String(port),
      ],
      log: process.platform === 'win32' ? 'NUL' : '/dev/null',
      ready: () => answers(url),
    });
    return { url, child };
  });
  return { url, kind: 'wasm', died: child.died, stop: child.stop };
}

/** Only a server that says itself that it lives in this directory is ours to stop. */
async function stopLeftover(dir: string): Promise<void> {
  const url = readIfThere(addressFile(dir));
  if (url === undefined) return;
  const isOurs = await ask(url, async (redis) =>
    (await redis.config('GET', 'dir')).includes(realpathSync(dir)),
  );
  if (!isOurs) return;
  await ask(url, (redis) => redis.shutdown());
  for (let tries = 100; (await answers(url)) && tries > 0; tries -= 1) await sleep(100);
}

async function answers(url: string): Promise<boolean> {
  return (await ask(url, (redis) => redis.ping())) === 'PONG';
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T | undefined> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}

function onPath(program: string): string | undefined {
  const places = (process.env.PATH ?? '').split(path.delimiter).map((place) => path.join(place, program));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const addressFile = (dir: string) => path.join(dir, 'address');

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
