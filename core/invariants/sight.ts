import type { Connection } from '#db/connectRedis.ts';

/** A deployment to check: one database, and its keys in one Redis. Not always that of this process. */
export interface Sight {
  /** Runs one statement with $1, $2, …; see `sql` in db/postgres.ts. */
  sql: <Row extends object>(text: string, bind: unknown[]) => Promise<Row[]>;
  redis: Connection;
  redisPrefix: string;
}
