import { randomBytes } from 'node:crypto';
import { openServers } from './servers.ts';
import { readOptions, usage, type Options } from './options.ts';

// `npm run demo:history`: a month goes by in minutes. Ends with 1 when it could not, with 2 when it was not understood.

const options = understand(process.argv.slice(2));
const servers = await openServers().catch((error: unknown) => fail(error, 1));
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

function understand(args: string[]): Options {
  try {
    const read = readOptions(args);
    if (read !== 'help') return read;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
  }
}

function fail(error: unknown, code: number): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(code);
}
