import '#core/configured.ts';
import { closeQueues } from '#core/jobs.ts';
import { listenForWakes, stopListeningForWakes } from '#core/polling/wakes.ts';
import { keepClock } from '#core/keepClock.ts';
import { log } from '#core/log.ts';
import { ensureFirstAdmin } from '#core/moderation/firstAdmin.ts';
import { settings } from '#core/settings.ts';
import { noTurn } from '#core/relays/ice.ts';
import { startSweeper } from '#core/sweeper.ts';
import { reportFailedEffects } from '#core/transaction.ts';
import { sequelize } from '#db/postgres.ts';
import { redis, redisReady } from '#db/redis.ts';
import { createApp } from './app.ts';
import { createServer, drain } from './server.ts';

/** Thousands may connect at the same moment; beyond the queue (511 by default) the kernel resets them. */
const connectionsQueued = 4_096;
const hardExitMs = 25_000 + settings.drainSeconds * 1000;

for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => {
    log.fatal({ err: error }, event);
    process.exit(1);
  });

reportFailedEffects((error) => log.error({ err: error }, 'an effect after the commit failed'));

// Neither is waited for beyond a moment: without Redis polls answer 503, and /readyz says what is missing.
const [letClockGo] = await Promise.all([
  keepClock(),
  redisReady(3000).catch((error: unknown) => log.warn({ err: error }, 'starting without Redis')),
]);

await ensureFirstAdmin({ email: settings.adminEmail, password: settings.adminPassword }).catch(
  (error: unknown) => log.error({ err: error }, 'the first admin could not be made'),
);

const server = createServer(createApp());
await new Promise<void>((resolve, reject) => {
  server.once('error', reject);
  server.listen(settings.port, settings.host, connectionsQueued, resolve);
});
log.info({ port: settings.port }, 'the API listens');
if (settings.turnUrls.length === 0) log.warn(noTurn);

void listenForWakes(); // waits for Redis for as long as it takes
const stopSweeper = startSweeper();

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'draining');
  setTimeout(() => process.exit(1), hardExitMs).unref();
  await drain(server);
  letClockGo();
  await stopSweeper();
  stopListeningForWakes();
  await closeQueues();
  await sequelize.close();
  redis.disconnect();
  log.info('stopped');
  process.exit(0);
}
