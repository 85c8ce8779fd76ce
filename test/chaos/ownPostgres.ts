import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '#db/embedded/port.ts';
import { startPostgres, type EmbeddedPostgres } from '#db/embedded/postgres.ts';

const execute = promisify(execFile);
const house = path.join(import.meta.dirname, '../..');

/** A PostgreSQL of a run's own, durable as in production, to which anything may be done. */
export interface OwnPostgres {
  url: string;
  start: () => Promise<void>;
  /** kill -9 of the postmaster; its backends follow. */
  kill: () => Promise<void>;
  /** kill -9 of one backend: the server ends all others and recovers. */
  crash: () => void;
  freeze: () => void;
  thaw: () => void;
  /** Keeps a copy of all it has stored; it is away for a moment. */
  keepCopy: () => Promise<void>;
  /** Goes on from the copy: what was committed since is lost. */
  restoreCopy: () => Promise<void>;
  remove: () => Promise<void>;
}

/** Starts one and migrates it. */
export async function openPostgres(): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'minuet-chaos-postgres-'));
  const cluster = path.join(dataDir, 'cluster');
  const port = await freePort();
  let server: EmbeddedPostgres | undefined;
  let frozen: number[] = [];
  const start = async () => {
    server = await startPostgres({ dataDir, port });
  };
  const postmaster = () => Number(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const all = () => [postmaster(), ...childrenOf(postmaster())];
  await start();
  const { url } = server!;
  await execute(process.execPath, ['--import', 'tsx', path.join(house, 'bin', 'migrate.ts')], {
    cwd: house,
    env: { ...process.env, DATABASE_URL: url },
  });

  return {
    url,
    start,
    kill: async () => {
      const { died } = server!;
      const pids = all();
      process.kill(pids[0]!, 'SIGKILL');
      await died;
      for (const pid of pids.slice(1)) signal(pid, 'SIGKILL'); // as when the whole machine goes
    },
    crash: () => {
      const client = childrenOf(postmaster()).find((pid) => nameOf(pid).includes('minuet'));
      if (client !== undefined) signal(client, 'SIGKILL');
    },
    freeze: () => {
      frozen = all();
      for (const pid of frozen) signal(pid, 'SIGSTOP');
    },
    thaw: () => {
      for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT');
    },
    keepCopy: async () => {
      await server!.stop();
      const files = await realpath(cluster); // a link where the server runs under an account of its own
      await execute('cp', ['-a', files, `${files}-copy`]);
      await start();
    },
    restoreCopy: async () => {
      await server!.stop();
      const files = await realpath(cluster);
      await rm(files, { recursive: true });
      await execute('cp', ['-a', `${files}-copy`, files]);
      await start();
    },
    remove: async () => {
      await server?.stop();
      await rm(`${await realpath(cluster)}-copy`, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fieldsOf(pid)[1] === String(parent));
}

/** State, parent, …: what follows the name in /proc/<pid>/stat. */
function fieldsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
}
