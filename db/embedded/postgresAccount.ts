import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** The user of this machine that PostgreSQL runs as. */
export type Account = { uid: number; gid: number };

// Where root may put what another user has to reach.
const publicPlace = '/var/lib/minuet';

/**
 * PostgreSQL refuses to run as root. For root, answers with the owner of an existing cluster, else with the user
 * `postgres`, created when the machine has none; for everybody else with undefined: run as you are.
 * @param cluster the data directory, if there may be one
 */
export function postgresAccount(cluster?: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = cluster === undefined ? undefined : statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return lookUp('postgres') ?? create('postgres') ?? lookUp('nobody');
}

/** Whether this account may pass through every directory on the way to `place`, and into it. */
export function canReach(account: Account, place: string): boolean {
  const { uid, gid, mode } = statSync(place);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if (!(mode & bit)) return false;
  return place === path.dirname(place) || canReach(account, path.dirname(place));
}

/** A new directory that every user can reach, for data whose own place (a home of mode 700) they cannot. */
export async function publicDirectory(): Promise<string> {
  await mkdir(publicPlace, { recursive: true });
  await chmod(publicPlace, 0o755); // regardless of the umask
  const directory = await mkdtemp(path.join(publicPlace, 'postgres-'));
  await chmod(directory, 0o755);
  return directory;
}

/**
 * The programs' directory if this account can use it, else a copy that it can use.
 * @param native holds bin/ and lib/
 * @param version names the copy
 */
export async function reachablePrograms(account: Account, native: string, version: string): Promise<string> {
  if (canReach(account, path.join(native, 'bin', 'postgres'))) return native;
  const copy = path.join(publicPlace, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const fresh = path.join(await publicDirectory(), 'native');
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', fresh]);
  await rename(fresh, copy);
  await rm(path.dirname(fresh), { recursive: true });
  return copy;
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (which: string) =>
      Number(execFileSync('id', [which, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(name: string): Account | undefined {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', name], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return lookUp(name);
}
