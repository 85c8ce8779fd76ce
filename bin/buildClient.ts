import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const house = path.dirname(import.meta.dirname);
const sources = ['client', 'core']; // the client imports the pure part of the core

/**
 * Builds the client when it has never been built or a source is newer than the build.
 * @returns whether it was built now
 * @throws Error with Vite's last words
 */
export async function buildClientIfStale(): Promise<boolean> {
  if (!existsSync(path.join(house, 'client', 'vite.config.ts')) || !isStale()) return false;
  try {
    await run('npm', ['run', '--silent', 'build'], { cwd: house, shell: process.platform === 'win32' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The client could not be built:\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
  return true;
}

function isStale(): boolean {
  const page = statSync(path.join(house, 'client', 'dist', 'index.html'), { throwIfNoEntry: false });
  return !page || sources.some((folder) => newest(path.join(house, folder)) > page.mtimeMs);
}

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        !/(^|[\\/])(dist|node_modules)([\\/]|$)/.test(path.relative(folder, entry.parentPath)),
    )
    .reduce(
      (latest, entry) => Math.max(latest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
      0,
    );
}
