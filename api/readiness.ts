import { pendingMigrations } from '#db/migrate.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { draining } from './draining.ts';

const patienceMs = 2000;
let migrated = false;

/** Which parts this process needs and has: `ok`, or what is wrong with it. */
export async function readiness(): Promise<{ ready: boolean; parts: Record<string, string> }> {
  const [postgres, redisAnswers, migrations] = await Promise.all([
    attempt(() => sql('SELECT 1')),
    attempt(() => redis.ping()),
    attempt(checkMigrations),
  ]);
  const process = draining.isActive() ? 'draining' : 'ok';
  const parts = { postgres, redis: redisAnswers, migrations, process };
  return { ready: Object.values(parts).every((part) => part === 'ok'), parts };
}

async function attempt(question: () => Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), patienceMs);
  });
  try {
    const answer = await Promise.race([question(), late]);
    return answer === 'pending' ? 'pending' : 'ok';
  } catch {
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}

// A schema that is up to date stays so for as long as this process, with its own files, lives.
async function checkMigrations(): Promise<'ok' | 'pending'> {
  migrated ||= (await pendingMigrations()).length === 0;
  return migrated ? 'ok' : 'pending';
}
