import cron from 'node-cron';
import { openQueues, type JobName } from '#core/jobs.ts';
import { log } from '#core/log.ts';
import { rules } from '#core/rules.ts';

/** The whole calendar on one page, in UTC; the first of six fields is the second. */
export const calendar: { at: string; job: JobName }[] = [
  { at: `*/${rules.sampleSeconds} * * * * *`, job: 'sample-activity' },
  { at: '*/30 * * * * *', job: 'clean-up-sessions' },
  { at: '0 * * * * *', job: 'cancel-abandoned-rounds' },
  { at: '0 * * * * *', job: 'restrict-flagged' },
  { at: '0 * * * * *', job: 'close-hours' },
  { at: '0 7 * * * *', job: 'expire-guests' },
  { at: '0 23 * * * *', job: 'forget-expired' },
];

/**
 * Puts the calendar to work. Every worker has it; an entry only adds a job under the id of the instant at which it
 * was due, so that ten workers run it once. Nothing of it is kept in Redis, so a Redis that was emptied forgets
 * nothing (BullMQ's own schedules were gone until the next start of a worker).
 * @returns a function that stops it
 */
export function startCalendar(): () => void {
  const tasks = calendar.map(({ at, job }) =>
    cron.schedule(at, ({ date }) => enqueueOnce(job, date), {
      timezone: 'Etc/UTC',
      name: job,
      suppressMissedWarning: true,
    }),
  );
  return () => tasks.forEach((task) => void task.stop());
}

/**
 * Adds a job once for the instant at which it was due, however many processes ask.
 * @param due to the second
 */
export async function enqueueOnce(job: JobName, due: Date): Promise<void> {
  const second = due.toISOString().slice(0, 19).replaceAll(':', '');
  try {
    await openQueues().housekeeping.add(
      job,
      {},
      { jobId: `${job}-${second}`, removeOnComplete: { age: 600 } },
    );
  } catch (err) {
    log.error({ err, job }, 'a calendar entry could not be enqueued');
  }
}
