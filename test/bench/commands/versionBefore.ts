import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The last commit in which a command was a transaction of many statements. */
const commit = '5f82a8f';

/** A checkout of the version before, beside the packages of this one. */
export interface Checkout {
  folder: string;
  remove: () => void;
}

/**
 * Checks out the version before in a temporary folder.
 * @returns null, having said why, when this is no clone with that commit
 */
export async function versionBefore(): Promise<Checkout | null> {
  const parent = mkdtempSync(path.join(tmpdir(), 'minuet-before-'));
  const folder = path.join(parent, 'minuet');
  const remove = () => {
    process.off('exit', remove);
    rmSync(parent, { recursive: true, force: true });
    execFileSync('git', ['worktree', 'prune'], { stdio: 'ignore' });
  };
  process.once('exit', remove); // a signal ends the benchmark without `finally`
  try {
    await execute('git', ['worktree', 'add', '--detach', folder, commit]);
    symlinkSync(realpathSync('node_modules'), path.join(folder, 'node_modules'));
    return { folder, remove };
  } catch (error) {
    remove();
    console.warn(`Without the version before: commit ${commit} cannot be checked out (${String(error)})`);
    return null;
  }
}

/** Brings a database up to that version's schema. */
export async function migrate(folder: string, databaseUrl: string): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, DATABASE_STATEMENT_SECONDS: '30' };
  await execute(process.execPath, ['--import', 'tsx', path.join(folder, 'bin', 'migrate.ts')], {
    cwd: folder,
    env,
  });
}
