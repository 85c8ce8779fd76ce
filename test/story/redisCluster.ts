import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startChild, type Child } from '#db/embedded/child.ts';
import { freePort } from '#db/embedded/port.ts';

interface Node {
  port: number;
  busPort: number;
  child: Child;
  redis: Redis;
}

const nodes = 3;
const slots = 16_384;

/** Starts a Redis Cluster of three masters on this machine; `urls` is what REDIS_URL takes. */
export async function startRedisCluster(): Promise<{ urls: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'minuet-cluster-'));
  const started: Node[] = [];
  for (let number = 0; number < nodes; number += 1) started.push(await startNode(dir));
  for (const [number, { redis }] of started.entries()) {
    const from = Math.floor((slots / nodes) * number);
    const to = Math.floor((slots / nodes) * (number + 1)) - 1;
    await redis.cluster('ADDSLOTSRANGE', from, to);
    for (const other of started) await redis.call('CLUSTER', 'MEET', '127.0.0.1', other.port, other.busPort);
  }
  for (const { redis } of started)
    while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await sleep(50);
  for (const { redis } of started) redis.disconnect();
  return {
    urls: started.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
    stop: async () => {
      await Promise.all(started.map(({ child }) => child.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The cluster's own talk goes over another port, so that is asked for as well. */
async function startNode(parent: string): Promise<Node> {
  const [port, busPort] = [await freePort(), await freePort()];
  const dir = path.join(parent, String(port));
  await mkdir(dir);
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: (times) => Math.min(times * 20, 200),
  });
  redis.on('error', () => undefined);
  const child = await startChild({
    name: 'Redis Cluster',
    command: 'redis-server',
    args: ['-'],
    input: [
      `port ${port}`,
      'bind 127.0.0.1',
      'cluster-enabled yes',
      `cluster-port ${busPort}`,
      'cluster-node-timeout 2000',
      `dir "${dir}"`,
      'hz 100',
      'maxmemory-policy noeviction',
      'save ""',
    ].join('\n'),
    log: path.join(dir, 'redis.log'),
    removeIfOrphaned: parent,
    ready: () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
  });
  return { port, busPort, child, redis };
}
