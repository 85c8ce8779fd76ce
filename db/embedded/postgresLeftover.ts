import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const patienceMs = 20_000;

/**
 * Stops the server that a killed process left running on this cluster, and forgets the pid file of one whose
 * pid now belongs to another process: PostgreSQL itself would refuse to start on either.
 * @param urlOn the cluster's address, given the port
 * @throws Error when the server neither answers nor ends
 */
export async function stopLeftoverPostgres(cluster: string, urlOn: (port: number) => string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  const deadline = performance.now() + patienceMs;
  let asked = false;
  for (;;) {
    const [pid = 0, , , port = 0] = readPidFile(pidFile);
    if (!pid || !isAlive(pid)) return;
    if (port && !asked && (await dataDirectory(urlOn(port))) === cluster) {
      process.kill(pid, 'SIGINT'); // "fast": ends sessions, keeps data
      asked = true;
    } else if (!asked && !programOf(pid).includes('postgres')) {
      rmSync(pidFile, { force: true });
      return;
    }
    if (performance.now() > deadline)
      throw new Error(`PostgreSQL (process ${pid}) is still running on ${cluster}`);
    await sleep(100);
  }
}

/** pid, directory, start time, port, …: one a line. */
function readPidFile(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').split('\n').map(Number);
  } catch {
    return [];
  }
}

async function dataDirectory(connectionString: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The name of its program, without arguments: those of another program may well speak of postgres. */
function programOf(pid: number): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
  } catch {
    return 'postgres?'; // no ps here: rather wait and say so than remove a living server's lock
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
