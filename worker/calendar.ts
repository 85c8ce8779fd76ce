import cron from 'node-cron';
import { openQueues, type JobName } from '#core/jobs.ts';
import { log } from '#core/log.ts';
import { clock } from '#core/clock.ts';

/** The whole calendar on one page, in UTC. */
const calendar: { at: string; job: JobName }[] = [
  { at: '7 * * * *', job: 'expire-guests' },
  { at: '23 * * * *', job: 'forget-expired' },
];

/** What comes back every so many seconds; BullMQ keeps one schedule, whatever the number of workers. */
const rhythm: { everySeconds: number; job: JobName }[] = [
  { everySeconds: 30, job: 'clean-up-sessions' },
  { everySeconds: 60, job: 'cancel-abandoned-rounds' },
  { everySeconds: 60, job: 'restrict-flagged' },
];

/**
 * Puts the calendar to work. An entry only adds a job under the id of its minute, so that ten workers run it
 * once.
 * @returns a function that stops it
 */
export function startCalendar(): () => void {
  const { housekeeping } = openQueues();
  for (const { everySeconds, job } of rhythm)
    housekeeping
      .upsertJobScheduler(job, { every: everySeconds * 1000 }, { name: job })
      .catch((err: unknown) => log.warn({ err, job }, 'a schedule could not be set'));
  const tasks = calendar.map(({ at, job }) =>
    cron.schedule(at, () => enqueueOnce(job), { timezone: 'Etc/UTC', name: job }),
  );
  return () => tasks.forEach((task) => void task.stop());
}

/** Adds a job once for this minute, whoever asks. */
export async function enqueueOnce(job: JobName): Promise<void> {
  const minute = clock.now().toISOString().slice(0, 16).replaceAll(':', '');
  try {
    await openQueues().housekeeping.add(
      job,
      {},
      { jobId: `${job}-${minute}`, removeOnComplete: { age: 3600 } },
    );
  } catch (err) {
    log.error({ err, job }, 'a calendar entry could not be enqueued');
  }
}
