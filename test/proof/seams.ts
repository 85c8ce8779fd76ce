import { AsyncLocalStorage } from 'node:async_hooks';
import { Queue } from 'bullmq';
import { redis } from '#db/redis.ts';
import { batching } from '#core/commands/batch.ts';
import { sequelize } from '#db/postgres.ts';

/** One SQL statement or Redis command that the product wants to send. */
export interface Sent {
  to: 'postgres' | 'redis';
  what: string;
  /** It may let go of locks that others wait for. */
  releases: boolean;
}

/** Sends it now, or when its turn has come; the product waits for the answer. */
export type Keeper = (sent: Sent, send: () => Promise<unknown>) => Promise<unknown>;

const keepers = new AsyncLocalStorage<Keeper>();

/** Does some work, and has whatever it sends pass through this keeper; that of everybody else goes as ever. */
export const keptBy = <T>(keeper: Keeper, work: () => Promise<T>): Promise<T> => keepers.run(keeper, work);

/** A step that sends nothing: somebody begins something, when their turn has come. */
export async function begins(what: string): Promise<void> {
  await keepers.getStore()?.({ to: 'redis', what, releases: false }, async () => undefined);
}

type Method = (...given: unknown[]) => Promise<unknown>;

/**
 * Opens the two seams through which core/ reaches its servers: db/postgres.ts sends everything, BEGIN and COMMIT too,
 * by `sequelize.query`, and db/redis.ts by one connection's `sendCommand`. Jobs are hints, which nobody takes up here.
 * @returns what closes them again
 */
export function openSeams(): () => void {
  const query = sequelize.query.bind(sequelize) as Method;
  const sendCommand = (redis.sendCommand as Method).bind(redis);
  const add = Reflect.get(Queue.prototype, 'add');
  const shared = { ...batching };
  Object.assign(batching, { cap: 1, atOnce: Infinity }); // each lane sends its own statements

  Reflect.set(sequelize, 'query', (...given: unknown[]) => {
    const keeper = keepers.getStore();
    if (!keeper) return query(...given);
    const what = String(given[0]);
    const inside = (given[1] as { transaction?: unknown } | undefined)?.transaction !== undefined;
    const releases = !inside || /^(COMMIT|ROLLBACK)/.test(what);
    return keeper({ to: 'postgres', what, releases }, () => query(...given));
  });
  Reflect.set(redis, 'sendCommand', (...given: unknown[]) => {
    const keeper = keepers.getStore();
    if (!keeper) return sendCommand(...given);
    const { name, args } = given[0] as { name: string; args: unknown[] };
    const sent: Sent = { to: 'redis', what: `${name} ${String(args[0])}`, releases: false };
    return keeper(sent, () => sendCommand(...given));
  });
  Reflect.set(Queue.prototype, 'add', async () => undefined);

  return () => {
    Reflect.deleteProperty(sequelize, 'query');
    Reflect.deleteProperty(redis, 'sendCommand');
    Reflect.set(Queue.prototype, 'add', add);
    Object.assign(batching, shared);
  };
}
