import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { openQueues } from '#core/jobs.ts';
import { enqueueOnce, startCalendar } from '#worker/calendar.ts';
import { startWorker } from '#worker/run.ts';
import { until } from '../until.ts';

const { housekeeping } = openQueues();
const completed = async () =>
  (await housekeeping.getCompleted()).filter((job) => job.name === 'forget-expired').length;
const enqueued = async () => (await housekeeping.getJobs()).map((job) => job.name);

describe('the calendar', () => {
  it('enqueues an entry once a minute, whoever asks', async () => {
    clock.stop();
    await Promise.all(Array.from({ length: 10 }, () => enqueueOnce('forget-expired')));
    expect(await enqueued()).to.deep.equal(['forget-expired']);
    await enqueueOnce('expire-guests');
    clock.advance(60_000);
    await enqueueOnce('forget-expired');
    expect(await enqueued()).to.have.members(['forget-expired', 'expire-guests', 'forget-expired']);
  });

  it('runs what was enqueued twice in one minute once, also when the first has run already', async () => {
    clock.stop();
    const stop = startWorker();
    try {
      await enqueueOnce('forget-expired');
      await until(async () => (await completed()) === 1);
      await enqueueOnce('forget-expired');
      await until(async () => (await housekeeping.getJobCountByTypes('waiting', 'active')) === 0);
      expect(await completed()).to.equal(1);
    } finally {
      await stop();
    }
  });

  it('keeps one rhythm, whatever the number of workers', async () => {
    const calendars = [startCalendar(), startCalendar(), startCalendar()];
    try {
      let rhythm: string[] = [];
      await until(async () => {
        const schedules = await housekeeping.getJobSchedulers();
        rhythm = schedules.map(({ name, every }) => `${name} ${String(every)}`);
        return rhythm.includes('clean-up-sessions 30000') && rhythm.includes('cancel-abandoned-rounds 60000');
      });
      expect(new Set(rhythm).size).to.equal(rhythm.length);
      expect(await housekeeping.getDelayedCount()).to.be.at.most(rhythm.length);
    } finally {
      for (const stop of calendars) stop();
    }
  });
});
