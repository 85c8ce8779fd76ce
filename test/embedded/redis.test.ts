import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { Queue, Worker, type Job } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { startRedis, type EmbeddedRedis } from '#db/embedded/redis.ts';
import { itOnRealRedis } from '../realRedis.ts';
import { alone } from './alone.ts';
import { newPlace, removePlaces } from './place.ts';

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

// The run itself may use a server of REDIS_URL on a machine that has no program to start one.
const { status } = spawnSync('sh', ['-c', 'command -v redis-server || command -v valkey-server']);
const itWithServer = (title: string, test: Mocha.AsyncFunc) => itOnRealRedis(title, test, status === 0);

describe('the Redis that Minuet brings', () => {
  const started: EmbeddedRedis[] = [];
  const start = async (options: Parameters<typeof startRedis>[0], searchPath?: string) => {
    const redis = await alone(() => startRedis(options), searchPath);
    started.push(redis);
    return redis;
  };

  afterEach(() => Promise.all(started.splice(0).map((redis) => redis.stop())));
  after(removePlaces);

  it('is the one of REDIS_URL when that is given, and is not stopped', async () => {
    const redis = await startRedis({ ephemeral: true }); // the test run's own
    await redis.stop();
    expect(redis.kind).to.equal('given');
    expect(await ask(redis.url, (given) => given.ping())).to.equal('PONG');
  });

  itWithServer('is a server of this machine, set up for queues and closed to strangers', async () => {
    const { url, kind } = await start({ ephemeral: true });
    expect(kind).to.equal('server');
    const setting = (name: string) => ask(url, async (redis) => (await redis.config('GET', name))[1]);
    expect(await setting('maxmemory-policy')).to.equal('noeviction');
    expect(await setting('hz')).to.equal('100');
    const refusal = await ask(url.replace(/:[^:@]*@/, ''), (redis) => redis.get('a')).catch(String);
    expect(refusal).to.contain('NOAUTH');
  });

  itWithServer('keeps its data, also when a killed process left it running', async () => {
    const dataDir = newPlace();
    const first = await start({ dataDir });
    await ask(first.url, (redis) => redis.set('a', 'kept'));
    const second = await start({ dataDir }); // nobody stopped the first
    expect(await first.died).to.contain('Redis ended');
    expect(await ask(second.url, (redis) => redis.get('a'))).to.equal('kept');
  });

  describe('as WebAssembly, on a machine without a server', () => {
    const startWasm = () => start({ ephemeral: true }, '');

    it('answers at once', async () => {
      const { url, kind } = await startWasm();
      expect(kind).to.equal('wasm');
      const began = performance.now();
      await ask(url, async (redis) => {
        for (let i = 0; i < 100; i += 1) await redis.get('a');
      });
      expect(performance.now() - began).to.be.below(2_000); // unmodified: 100 ms each
    });

    it('does not run out of descriptors', async () => {
      const { url } = await startWasm();
      const port = Number(new URL(url).port);
      for (let i = 0; i < 125; i += 1) await Promise.all(Array.from({ length: 50 }, () => pingOnce(port)));
    }).timeout(60_000);

    it('runs BullMQ', async () => {
      const { url } = await startWasm();
      const connections = [1, 2].map(() => new Redis(url, { maxRetriesPerRequest: null }));
      const queue = new Queue('q', { connection: connections[0]! });
      const worker = new Worker('q', async (job: Job<{ n: number }>) => job.data.n * 2, {
        connection: connections[1]!,
      });
      const result = new Promise((resolve) => worker.once('completed', (_job, value) => resolve(value)));
      await queue.add('double', { n: 21 }, { delay: 20 });
      expect(await result).to.equal(42);
      await worker.close();
      await queue.close();
      for (const connection of connections) connection.disconnect();
    });
  });
});

function pingOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(5_000, () => reject(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
  });
}
