import { randomBytes } from 'node:crypto';
import { closeAll, onEnd } from '../end.ts';
import { findServers } from '../servers.ts';
import type { Played } from './processes.ts';

// One process that plays: `player.ts <runs> <milliseconds> <seed> <path or ''> <shrink: 1 or 0>`. It prints a line of
// JSON each time it has something to tell.

const [runs = '', ms = '', seed = '', path = '', shrink = ''] = process.argv.slice(2);
const servers = await findServers();
onEnd(servers.stop);

// Before anything of the product is imported: it reads its settings once.
Object.assign(process.env, {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  DATABASE_URL: servers.databaseUrl,
  REDIS_URL: servers.redisUrl,
  REDIS_PREFIX: servers.redisPrefix,
  JWT_SECRET: randomBytes(32).toString('hex'),
});

// Whoever started us is gone: nothing of ours stays behind.
process.stdin.resume().once('close', () => void closeAll().finally(() => process.exit(1)));

const tell = (played: Played): void => void process.stdout.write(`${JSON.stringify(played)}\n`);
const { prove } = await import('./prove.ts');
tell(
  await prove(
    {
      runs: Number(runs),
      ms: Number(ms),
      seed: Number(seed),
      shrinks: shrink === '1',
      ...(path !== '' && { path }),
    },
    tell,
  ),
);
await closeAll();
process.exit();
