import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePort, portIsTaken } from '#db/embedded/port.ts';
import { startPostgres } from '#db/embedded/postgres.ts';
import { startRedis } from '#db/embedded/redis.ts';
import { buildClientIfStale } from './buildClient.ts';
import { lockDirectory, type Lock } from './lock.ts';
import { ownSecret } from './ownSecret.ts';
import { startApi, startWorker } from './processes.ts';

// `npm start`: everything that Minuet needs, on this machine, for as long as this process lives.

type End = { code: number; reason?: string };
type Running = { died?: Promise<string>; stop: () => Promise<void> };

const execute = promisify(execFile);
const house = path.dirname(import.meta.dirname);
const portPatienceMs = 30_000;

const dataDir = path.resolve(process.env.DATA_DIR || '.data');
const shownDataDir = dataDir.startsWith(process.cwd() + path.sep) ? path.relative('', dataDir) : dataDir;
// The processes' environment. No load balancer stands in front of them, so none waits for it to choose others.
const env: NodeJS.ProcessEnv = { DRAIN_SECONDS: '0', ...process.env, DATA_DIR: dataDir };
const running: Running[][] = []; // in the order of their start; those in one row stop together
let lock: Lock | undefined;
let address = '';

let finish: (end: End) => void = () => undefined;
let over = false;
const ending = new Promise<End>((resolve) => (finish = resolve)).finally(() => (over = true));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (over) process.exit(1); // asked twice: the leashes see to the rest
    finish({ code: 0 });
  });

const started = start().catch((error: unknown) => finish({ code: 1, reason: wordsOf(error) }));
const awake = setInterval(() => undefined, 2 ** 30); // the children do not keep us alive
const { code, reason } = await ending;
clearInterval(awake);
if (reason !== undefined) process.stderr.write(`${reason}\n`);
if (running.length > 0) say('Stopping …');
await started; // a step under way is not cut
for (const row of running.reverse()) await Promise.all(row.map((each) => each.stop()));
if (running.length > 0) say('Stopped');
lock?.release();
process.exit(code);

async function start(): Promise<void> {
  for (const step of [claim, openPostgres, openRedis, migrate, buildClient, openDoors]) {
    await step();
    if (over) return;
  }
  if (!env.TURN_URLS) say((await import('#core/relays/ice.ts')).noTurn);
  say(`Minuet is running: ${address}`);
}

/** Checks settings, data directory and port: an error in them is reported before anything is started. */
async function claim(): Promise<void> {
  process.env.JWT_SECRET ||= env.JWT_SECRET = ownSecret(dataDir); // the settings ask for one
  const { settings } = await import('#core/settings.ts');
  const port = settings.port || (await freePort());
  const host = ['0.0.0.0', '::'].includes(settings.host) ? 'localhost' : settings.host;
  address = `http://${host}:${port}`;
  env.PORT = String(port);

  lock = await lockDirectory(dataDir, `${address}, process ${process.pid}`);
  if (lock.heldBy !== undefined) throw new Error(`Minuet already runs on ${shownDataDir}: ${lock.heldBy}`);
  const deadline = performance.now() + (lock.wasKilled ? portPatienceMs : 0);
  while (await portIsTaken(port, settings.host)) {
    if (performance.now() > deadline)
      throw new Error(
        `Port ${port} is taken. Choose another one with PORT, as in: PORT=${port + 1} npm start`,
      );
    await sleep(250);
  }
}

async function openPostgres(): Promise<void> {
  if (env.DATABASE_URL) {
    say('PostgreSQL: the one of DATABASE_URL');
    return;
  }
  say(`PostgreSQL: embedded, in ${path.join(shownDataDir, 'postgres')}`);
  const postgres = await startPostgres({ dataDir: path.join(dataDir, 'postgres') });
  running.push([watched(postgres)]);
  env.DATABASE_URL = postgres.url;
}

async function openRedis(): Promise<void> {
  const redis = await startRedis({ dataDir: path.join(dataDir, 'redis') });
  running.push([watched(redis)]);
  env.REDIS_URL = redis.url;
  const kinds = {
    given: 'the one of REDIS_URL',
    server: `this machine's server, in ${path.join(shownDataDir, 'redis')}`,
    wasm: 'Valkey as WebAssembly, for development only: nothing is kept. Install redis-server for more',
  };
  say(`Redis: ${kinds[redis.kind]}`);
}

/** In a process of its own: the settings of this one name no database. */
async function migrate(): Promise<void> {
  const { stdout } = await execute(
    process.execPath,
    ['--import', 'tsx', path.join(house, 'bin', 'migrate.ts')],
    {
      cwd: house,
      env,
    },
  );
  say(stdout.trimEnd());
}

async function buildClient(): Promise<void> {
  if (process.argv.includes('--no-client')) return; // a developer of the client runs Vite's own server
  const words = await buildClientIfStale();
  if (words !== undefined) say(words);
}

async function openDoors(): Promise<void> {
  const logs = env.LOG ? undefined : path.join(dataDir, 'logs');
  const options = { env, logs, address };
  const row: Running[] = [];
  running.push(row);
  const starting = [startApi(options), startWorker(options)];
  await Promise.all(starting.map(async (child) => row.push(watched(await child))));
  if (logs !== undefined) say(`Logs: ${path.join(shownDataDir, 'logs')} (LOG=1 shows them here)`);
}

function watched(each: Running): Running {
  void each.died?.then((reason) => finish({ code: 1, reason }));
  return each;
}

function wordsOf(error: unknown): string {
  if (error instanceof z.ZodError) return `The environment is not right:\n${z.prettifyError(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
