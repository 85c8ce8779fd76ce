import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { openQueues } from '#core/jobs.ts';
import { calendar, enqueueOnce, startCalendar } from '#worker/calendar.ts';
import { jobs } from '#worker/jobs.ts';
import { startWorker } from '#worker/run.ts';
import { emptyRedis } from '../reset.ts';
import { until } from '../until.ts';

const { housekeeping } = openQueues();
const completed = async () =>
  (await housekeeping.getCompleted()).filter((job) => job.name === 'forget-expired').length;
const enqueued = async () => (await housekeeping.getJobs()).map((job) => job.name);

describe('the calendar', () => {
  const noon = new Date('2026-05-05T12:00:00.250Z');

  it('enqueues an entry once for the instant when it is due, whoever asks', async () => {
    await Promise.all(Array.from({ length: 10 }, () => enqueueOnce('forget-expired', noon)));
    expect(await enqueued()).to.deep.equal(['forget-expired']);
    await enqueueOnce('expire-guests', noon);
    await enqueueOnce('forget-expired', clock.after(10, noon));
    expect(await enqueued()).to.have.members(['forget-expired', 'expire-guests', 'forget-expired']);
  });

  it('runs what was enqueued twice once, also when the first has run already', async () => {
    const stop = startWorker();
    try {
      await enqueueOnce('forget-expired', noon);
      await until(async () => (await completed()) === 1);
      await enqueueOnce('forget-expired', noon);
      await until(async () => (await housekeeping.getJobCountByTypes('waiting', 'active')) === 0);
      expect(await completed()).to.equal(1);
    } finally {
      await stop();
    }
  });

  it('goes on when Redis has been emptied, and keeps one rhythm whatever the number of workers', async function () {
    this.timeout(40_000);
    const calendars = [startCalendar(), startCalendar(), startCalendar()];
    const samples = async () => (await enqueued()).filter((name) => name === 'sample-activity').length;
    try {
      await emptyRedis();
      await until(async () => (await samples()) > 0, 25_000); // every ten seconds
      expect(await samples()).to.equal(1);
    } finally {
      for (const stop of calendars) stop();
    }
  });

  it('has every job of the house that nobody else asks for', () => {
    const askedFor = ['end-round', 'settle-decisions'];
    expect(calendar.map(({ job }) => job)).to.have.members(
      Object.keys(jobs).filter((job) => !askedFor.includes(job)),
    );
  });
});
