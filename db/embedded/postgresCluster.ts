import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { chown, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { canReach, publicDirectory, type Account } from './postgresAccount.ts';
import type { PostgresPrograms } from './postgresPrograms.ts';

const run = promisify(execFile);

/** Everything that concerns one cluster on disk. */
export type ClusterOptions = {
  /** Our directory; the cluster is `cluster` in it, or a symlink of that name. */
  home: string;
  programs: PostgresPrograms;
  account: Account | undefined;
  password: string;
};

/**
 * The real path of the home's cluster, made by initdb when there is none: superuser `minuet`, UTF-8, the same
 * collation on every machine, passwords for everybody.
 * @throws Error when initdb fails, when another major version made it, or when its account cannot reach it
 */
export async function clusterIn({ home, programs, account, password }: ClusterOptions): Promise<string> {
  const place = path.join(home, 'cluster');
  if (!existsSync(place)) await create(place, { home, programs, account, password });
  const cluster = realpathSync(place);
  const version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version !== programs.majorVersion)
    throw new Error(
      `${cluster} is PostgreSQL ${version}, here runs ${programs.majorVersion}: dump and restore it`,
    );
  if (account && !canReach(account, cluster))
    throw new Error(`The user that PostgreSQL runs as (uid ${account.uid}) cannot reach ${cluster}`);
  return cluster;
}

/** Beside its place and then renamed, so that an initdb cut short leaves nothing that looks like a cluster. */
async function create(place: string, { home, programs, account, password }: ClusterOptions): Promise<void> {
  const base = account && !canReach(account, home) ? await publicDirectory() : home;
  const fresh = path.join(base, 'cluster.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = path.join(fresh, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) for (const file of [fresh, passwordFile]) await chown(file, account.uid, account.gid);
  const data = path.join(fresh, 'data');
  await run(programs.initdb, initdbFlags(data, passwordFile), {
    cwd: fresh,
    env: cleanEnvironment(),
    ...account,
  });
  const real = path.join(base, 'cluster');
  await rename(data, real);
  await rm(fresh, { recursive: true });
  if (real === place) return;
  if (lstatSync(place, { throwIfNoEntry: false })) await rm(place); // a symlink that leads nowhere
  await symlink(real, place);
}

function initdbFlags(data: string, passwordFile: string): string[] {
  return [
    `--pgdata=${data}`,
    '--username=minuet',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync', // the server's first checkpoint syncs what matters
    '--no-instructions',
  ];
}

/** Without PGDATA, PGPORT and the like, and with messages in English. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
