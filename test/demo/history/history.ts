import { randomBytes } from 'node:crypto';
import { openServers } from './servers.ts';
import { understand } from '../../commandLine.ts';
import { readOptions, usage } from './options.ts';

// `npm run demo:history`: a month goes by in minutes. Ends with 1 when it could not, with 2 when it was not understood.

const options = understand(readOptions, usage);
const servers = await openServers().catch(fail);
// Of their own, so that whatever this past leaves in Redis is not found by the present.
process.env.REDIS_PREFIX = `minuet-history-${randomBytes(4).toString('hex')}`;
process.env.LOG_LEVEL ??= 'warn';
process.env.JWT_SECRET ||= randomBytes(32).toString('hex');
const { liveThrough } = await import('./month.ts');
try {
  console.log(await liveThrough(options, process.stdout));
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : error);
}
const { close } = await import('./month.ts');
await close();
await servers.stop();
process.exit(); // BullMQ holds on to what it was promised

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
