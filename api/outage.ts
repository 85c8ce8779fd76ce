import { BaseError, ConnectionAcquireTimeoutError, ConnectionError } from 'sequelize';

// SQLSTATE class 08 (connection), 57P0x (shutting down, starting up), 53300 (no free connection), 25P03 (this
// process hung in the middle of a transaction).
const postgresOutage = /^(08\w{3}|57P0[123]|53300|25P03)$/;
const deadConnection = 'Client has encountered a connection error and is not queryable'; // pg, which gives it no code
const networkOutage = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const redisOutage =
  /^(Stream isn't writeable|Connection is closed|Command timed out|Reached the max retries|LOADING |MASTERDOWN |CLUSTERDOWN |READONLY |connect E|Connection terminated)/;

/** True when an error says that Postgres or Redis is away, and that the same request may succeed soon. */
export function isOutage(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof ConnectionAcquireTimeoutError) return true;
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && (networkOutage.has(code) || postgresOutage.test(code))) return true;
  if (error instanceof BaseError && 'original' in error) return isOutage(error.original);
  if (error.message === deadConnection) return true;
  return redisOutage.test(error.message);
}
