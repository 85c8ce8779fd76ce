import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const house = path.join(import.meta.dirname, '..', '..');

/** Fills a database with days of activity, as `npm run demo:history` does. @returns what startHouse does first */
export const past =
  (days: number, people: number) =>
  async (databaseUrl: string): Promise<void> => {
    const script = ['--import', 'tsx', 'test/demo/history/history.ts', '--days', days, '--people', people];
    await run(process.execPath, script.map(String), {
      cwd: house,
      env: { ...process.env, NODE_ENV: 'development', DATABASE_URL: databaseUrl },
    });
  };
