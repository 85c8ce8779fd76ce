import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const house = path.dirname(import.meta.dirname);
const page = path.join(house, 'client', 'dist', 'index.html');
const sources = ['client', 'core']; // the client imports the pure part of the core

/**
 * Builds the client when it has never been built or a source is newer than the build, provided that Vite is
 * installed (a production install leaves it out and brings the build).
 * @returns what there is to say about it, if anything
 * @throws Error with Vite's last words when there is no older build to go on with
 */
export async function buildClientIfStale(): Promise<string | undefined> {
  if (!existsSync(path.join(house, 'client', 'vite.config.ts')) || !hasVite() || !isStale()) return undefined;
  try {
    await run('npm', ['run', '--silent', 'build'], {
      cwd: house,
      env: { ...process.env, NODE_ENV: 'production' }, // always: React's development build is twice as large
      shell: process.platform === 'win32',
    });
    return 'The client is built';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const words = `${stdout}${stderr}`.trimEnd();
    if (existsSync(page)) return `The client could not be built, an older build is served:\n${words}`;
    throw new Error(`The client could not be built:\n${words}`, { cause: error });
  }
}

function hasVite(): boolean {
  try {
    return Boolean(import.meta.resolve('vite'));
  } catch {
    return false;
  }
}

function isStale(): boolean {
  const built = statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((folder) => newest(path.join(house, folder)) > built);
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
