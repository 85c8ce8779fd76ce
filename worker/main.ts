import '#core/configured.ts';
import { closeQueues } from '#core/jobs.ts';
import { log } from '#core/log.ts';
import { reportFailedEffects } from '#core/transaction.ts';
import { sequelize, synchronizeClock } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { startWorker } from './run.ts';

const hardExitMs = 25_000;
const synchronizeEveryMs = 60_000;

process.on('unhandledRejection', (err) => {
  log.fatal({ err }, 'unhandled rejection');
  process.exit(1);
});

reportFailedEffects((err) => log.error({ err }, 'an effect after the commit failed'));
await synchronizeClock();
const clockTimer = setInterval(
  () => void synchronizeClock().catch((err: unknown) => log.warn({ err }, 'the clock was not measured')),
  synchronizeEveryMs,
);
const stopWorker = startWorker();
log.info('the worker works');

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'draining');
  setTimeout(() => process.exit(1), hardExitMs).unref();
  clearInterval(clockTimer);
  await stopWorker();
  await closeQueues();
  await sequelize.close();
  redis.disconnect();
  log.info('stopped');
  process.exit(0);
}
