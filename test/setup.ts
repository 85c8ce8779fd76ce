import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { closeAll, onEnd } from './end.ts';
import { mayLack, titleWithout } from './needs.ts';
import { onReset, reset } from './reset.ts';
import { findServers } from './servers.ts';

const servers = await findServers().catch((error: unknown) => {
  console.error(error); // Mocha would say that this file cannot be required
  process.exit(1);
});
onEnd(servers.stop);

// Before anything of the product is imported: it reads its settings once.
Object.assign(process.env, {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  DATABASE_IDLE_SECONDS: '60', // tests hold transactions up on purpose
  DATABASE_STATEMENT_SECONDS: '20', // and locks
  DRAIN_SECONDS: '0', // nobody stands in front of the processes that tests start
  DATABASE_URL: servers.databaseUrl,
  TEMPLATE_DATABASE_URL: servers.templateUrl,
  REDIS_URL: servers.redisUrl,
  REDIS_PREFIX: servers.redisPrefix,
  REDIS_KIND: servers.redisKind,
  JWT_SECRET: randomBytes(32).toString('hex'),
});

const { clock } = await import('#core/clock.ts');
const { closeQueues } = await import('#core/jobs.ts');
const { drawAgain, drawFor, drawIds, howToRepeat } = await import('./draw.ts');
const { sequelize } = await import('#db/postgres.ts');
const { redis, redisReady } = await import('#db/redis.ts');
await redisReady();

onReset(() => clock.reset());
onReset(drawAgain);
onEnd(() => sequelize.close());
onEnd(() => redis.disconnect());
onEnd(closeQueues);

drawIds();

/** Where no Chromium runs the browser tests are skipped by name. */
export async function mochaGlobalSetup(this: Mocha.Runner): Promise<void> {
  const inBrowser = this.suite.suites.filter(({ file }) => file?.includes(`${path.sep}browser${path.sep}`));
  if (inBrowser.length === 0 || !mayLack) return;
  const { findChromium } = await import('./browser/findChromium.ts');
  if ((await findChromium()) !== undefined) return;
  for (const suite of inBrowser) {
    suite.title = titleWithout('Chromium', suite.title);
    skip(suite);
  }
}

type WithHooks = Mocha.Suite & { getHooks: (name: string) => unknown[] };

/** As `describe.skip` does it, which registers no hooks. */
function skip(suite: Mocha.Suite): void {
  suite.pending = true;
  for (const name of ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'])
    (suite as WithHooks).getHooks(name).splice(0);
  for (const inner of suite.suites) skip(inner);
}

export const mochaHooks = {
  async beforeEach(this: Mocha.Context) {
    drawFor(`${path.basename(this.currentTest?.file ?? '')} ${this.currentTest?.fullTitle()}`);
    await reset();
  },
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === 'failed') process.stderr.write(`${howToRepeat()}\n`);
  },
};

const patienceMs = 10_000;

/** Closes the house and its servers. A run that cannot be closed, or is kept alive by something, has failed. */
export async function mochaGlobalTeardown(): Promise<void> {
  const giveUp = setTimeout(reportWhatIsLeft, patienceMs);
  await closeAll();
  giveUp.unref();
}

function reportWhatIsLeft(): void {
  const left = process.getActiveResourcesInfo().join(', ');
  process.stderr.write(`A test left something open, and the run cannot end: ${left}\n`);
  process.once('exit', () => (process.exitCode = 1)); // after Mocha's own listener, which sets it to 0
  process.exit();
}
