import '#core/configured.ts';
import { closeQueues } from '#core/jobs.ts';
import { keepClock } from '#core/keepClock.ts';
import { log } from '#core/log.ts';
import { reportFailedEffects } from '#core/transaction.ts';
import { sequelize } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { serveMetrics } from './metrics.ts';
import { startWorker } from './run.ts';

const hardExitMs = 25_000;

process.on('unhandledRejection', (err) => {
  log.fatal({ err }, 'unhandled rejection');
  process.exit(1);
});

reportFailedEffects((err) => log.error({ err }, 'an effect after the commit failed'));
const letClockGo = await keepClock();
const stopWorker = startWorker();
const stopMetrics = serveMetrics();
log.info('the worker works');

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'draining');
  setTimeout(() => process.exit(1), hardExitMs).unref();
  letClockGo();
  await stopMetrics();
  await stopWorker();
  await closeQueues();
  await sequelize.close();
  redis.disconnect();
  log.info('stopped');
  process.exit(0);
}
