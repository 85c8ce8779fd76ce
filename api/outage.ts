import { Counter } from 'prom-client';
import { BaseError, ConnectionAcquireTimeoutError, ConnectionError } from 'sequelize';
import { clock } from '#core/clock.ts';
import { log } from '#core/log.ts';
import { metrics } from '#core/metrics.ts';

/** A server that cannot serve at the moment: the same request may succeed soon. */
export interface Outage {
  server: 'postgres' | 'redis' | 'network';
  /** What the server or the driver says: an SQLSTATE, the first word of a Redis error, or a name for the rest. */
  code: string;
}

/*
 * SQLSTATE classes and codes: 08 connection, 53 out of connections, memory or disk, 57014 a statement took too long,
 * 57P0x shutting down or starting up, 58 the disk, 55P03 a lock was not free in time, 40001 and 40P01 lost against
 * others although repeated, 25006 read-only (a standby that was the primary), 25P03 and 25P04 a transaction took too long.
 */
const postgresOutage = /^(08\w{3}|53\w{3}|58\w{3}|57014|57P0[1235]|55P03|40001|40P01|25006|25P0[34])$/;
const networkOutage = new Set([
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ],
]);

// What pg says without a code.
const postgresWords: [RegExp, string][] = [
  [/^Client (has encountered a connection error|was closed)/, 'closed'],
  [/^Connection terminated/, 'closed'],
  [/^Query read timeout/, 'silent'],
];

// A reply begins with its code; Redis 6 quotes that of a command inside a script.
const redisReply =
  /^(?:ERR Error running script.*?-)?(OOM|MISCONF|BUSY|TRYAGAIN|LOADING|MASTERDOWN|CLUSTERDOWN|READONLY|NOREPLICAS|UNBLOCKED)\b/;
// What ioredis says.
const redisWords: [RegExp, string][] = [
  [/^(Stream isn't writeable|Connection is closed|Connection is (aborted|discarded))/, 'closed'],
  [/^(Reached the max retries|connect E|Node is disconnected|Command aborted)/, 'closed'],
  [/^(Command timed out|Socket timeout)/, 'silent'],
  [/^(Cluster is|None of startup nodes|Failed to refresh slots|Too many Cluster redirections)/, 'cluster'],
  [/^ERR Error running script.*Script killed/, 'killed'],
];

/** Says which server is away when that is what an error means; undefined for any other error. */
export function outageOf(error: unknown): Outage | undefined {
  if (error instanceof ConnectionAcquireTimeoutError) return { server: 'postgres', code: 'pool' };
  if (error instanceof ConnectionError) return { server: 'postgres', code: 'connect' };
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && postgresOutage.test(code)) return { server: 'postgres', code };
  if (typeof code === 'string' && networkOutage.has(code)) return { server: 'network', code };
  if (error instanceof BaseError && 'original' in error) return outageOf(error.original);
  const reply = redisReply.exec(error.message)?.[1];
  if (reply !== undefined) return { server: 'redis', code: reply };
  return said(error.message, 'postgres', postgresWords) ?? said(error.message, 'redis', redisWords);
}

const outages = new Counter({
  name: 'minuet_outages_total',
  help: 'Requests answered 503 because PostgreSQL or Redis could not serve, by server and its code',
  labelNames: ['server', 'code'],
  registers: [metrics],
});
const logged = new Map<string, { atMs: number; since: number }>();
const logAgainMs = 10_000;

/**
 * Counts a request that an outage has failed, and logs the first of its kind; while the outage lasts, one line in ten
 * seconds says how many there have been since. (A line for each would be thousands a second.)
 * @param details of this request, for the log
 */
export function noteOutage({ server, code }: Outage, details: { err: unknown; request_id: string }): void {
  outages.inc({ server, code });
  const kind = `${server} ${code}`;
  const last = logged.get(kind);
  if (last && Math.abs(clock.ms() - last.atMs) < logAgainMs) {
    last.since += 1;
    return;
  }
  logged.set(kind, { atMs: clock.ms(), since: 0 });
  log.warn({ ...details, server, code, not_logged: last?.since ?? 0 }, 'outage');
}

function said(message: string, server: Outage['server'], words: [RegExp, string][]): Outage | undefined {
  const known = words.find(([text]) => text.test(message));
  return known && { server, code: known[1] };
}
