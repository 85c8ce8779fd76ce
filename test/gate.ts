import { sql } from '#db/postgres.ts';
import { until } from './until.ts';

/** Holds somebody up in the middle of what they do, until it is opened. */
export function newGate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

/**
 * Waits until somebody waits for a lock of this database, or until what should have waited has not.
 * @param work what should wait
 * @param among how many should be waiting by then
 */
export async function waitsForALock(work: Promise<unknown>, among = 1): Promise<boolean> {
  let over = false;
  const note = () => void (over = true);
  work.then(note, note);
  await until(async () => over || (await lockWaits()) >= among);
  return !over;
}

async function lockWaits(): Promise<number> {
  const rows = await sql(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}
