import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { settings } from '#core/settings.ts';

/** One Redis server, or a Redis Cluster: both take the same commands. */
export type Connection = Redis | Cluster;

/**
 * Connects to REDIS_URL. Several addresses, separated by commas, are nodes of a Redis Cluster: the keys of a
 * pool share a hash tag, so every script finds its keys on one node.
 */
export function connectRedis(options: RedisOptions): Connection {
  const urls = settings.redisUrl.split(',').map((url) => url.trim());
  const connection =
    urls.length === 1
      ? new Redis(urls[0] ?? '', { ...options, retryStrategy: patience })
      : new Cluster(urls, {
          redisOptions: options,
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          clusterRetryStrategy: patience,
          slotsRefreshTimeout: 2_000,
        });
  connection.on('error', () => undefined); // told by the commands that fail; unheard it would end the process
  return connection;
}

const patience = (times: number): number => Math.min(50 * times, 1_000);

/** What distinguishes one run of the server, or of the cluster's masters, from the next. */
export async function runOf(connection: Connection): Promise<string> {
  const nodes = connection instanceof Cluster ? connection.nodes('master') : [connection];
  const infos = await Promise.all(nodes.map((node) => node.info('server')));
  return infos
    .map((info) => /run_id:(\w+)/.exec(info)?.[1] ?? '')
    .sort()
    .join();
}
