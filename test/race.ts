import pg from 'pg';
import { sequelize } from '#db/postgres.ts';
import { onEnd } from './end.ts';
import { until } from './until.ts';

type Verb = () => Promise<unknown>;

/**
 * Makes verbs meet at the locks of these people, in this order: the journeys are held until each verb in turn has
 * looked at what it looks at first and waits, then they are let go. What is left to chance in the world is chosen.
 * @returns how each verb came out
 */
export async function inThisOrder(
  people: readonly { id: string }[],
  ...verbs: readonly Verb[]
): Promise<PromiseSettledResult<unknown>[]> {
  return holding(people, async (waiters) => {
    const under: Promise<unknown>[] = [];
    for (const verb of verbs) {
      const before = await waiters();
      let over = false;
      const running = verb().finally(() => (over = true));
      running.catch(() => undefined);
      under.push(running);
      await until(async () => over || (await waiters()) > before);
    }
    return under;
  });
}

/** Does something while somebody else's transaction holds these people's journeys; that one is then rolled back. */
export async function whileLocked<T>(people: readonly { id: string }[], work: () => Promise<T>): Promise<T> {
  const [result] = await holding(people, async () => [await work()]);
  if (result?.status !== 'fulfilled') throw new Error('It failed while locked', { cause: result?.reason });
  return result.value;
}

async function holding<T>(
  people: readonly { id: string }[],
  work: (waiters: () => Promise<number>) => Promise<(T | Promise<T>)[]>,
): Promise<PromiseSettledResult<Awaited<T>>[]> {
  const { holder, watcher } = await (connections ??= connect());
  const waiters = async () => {
    const { rows } = await watcher.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.count ?? 0;
  };
  const ids = people.map((one) => one.id);
  await holder.query('BEGIN');
  try {
    await holder.query('SELECT 1 FROM journeys WHERE user_id = ANY($1::uuid[]) ORDER BY user_id FOR UPDATE', [
      ids,
    ]);
    const under = await work(waiters);
    await holder.query('ROLLBACK');
    return await Promise.allSettled(under);
  } finally {
    await holder.query('ROLLBACK');
  }
}

interface Connections {
  holder: pg.Client;
  watcher: pg.Client;
}
let connections: Promise<Connections> | undefined;

async function connect(): Promise<Connections> {
  const open = async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    client.on('error', () => undefined);
    await client.connect();
    onEnd(() => client.end());
    return client;
  };
  return { holder: await open(), watcher: await open() };
}

/**
 * Lets a verb begin, and holds back the first statement that contains this text until something else is done, or
 * has waited for it long enough.
 */
export async function heldBack(text: string, meanwhile: Verb): Promise<void> {
  const query = sequelize.query.bind(sequelize) as (...args: unknown[]) => Promise<unknown>;
  let reached = false as boolean;
  let over: Promise<unknown> = Promise.resolve();
  Reflect.set(sequelize, 'query', async (...args: unknown[]) => {
    if (!reached && String(args[0]).includes(text)) {
      reached = true;
      over = new Promise((resolve) => setImmediate(resolve)).then(meanwhile);
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, longEnoughMs))]);
    }
    return query(...args);
  });
  try {
    await until(() => reached);
    await over;
  } finally {
    Reflect.deleteProperty(sequelize, 'query');
  }
}
const longEnoughMs = 100;

/** From now on every statement that contains this text fails, until it is mended. */
export function failing(text: string): { mend: () => void } {
  const query = sequelize.query.bind(sequelize) as (...args: unknown[]) => Promise<unknown>;
  Reflect.set(sequelize, 'query', async (...args: unknown[]) => {
    if (String(args[0]).includes(text)) throw new Error('This statement fails');
    return query(...args);
  });
  return { mend: () => void Reflect.deleteProperty(sequelize, 'query') };
}

/**
 * Does something at the very moment between two looks of a verb: when the verb has read the answer to the first
 * statement that contains this text, and before it goes on.
 */
export async function justAfter<T>(text: string, verb: () => Promise<T>, what: Verb): Promise<T> {
  const query = sequelize.query.bind(sequelize) as (...args: unknown[]) => Promise<unknown>;
  let done = false as boolean;
  Reflect.set(sequelize, 'query', async (...args: unknown[]) => {
    const rows = await query(...args);
    if (done || !String(args[0]).includes(text)) return rows;
    done = true;
    await what();
    return rows;
  });
  try {
    return await verb();
  } finally {
    Reflect.deleteProperty(sequelize, 'query');
    if (!done) throw new Error(`No statement contained: ${text}`);
  }
}
