import { expect } from 'chai';
import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import { openQueues } from '#core/jobs.ts';
import { takeSample } from '#core/records/sample.ts';
import type { jobsAnswer, poolsAnswer, queuesAnswer } from '#core/wire/health.ts';
import { openWorker } from '#worker/run.ts';
import { isAStory, runWave, waiting } from '../cast.ts';
import { codeOf, staff, told } from '../moderation/staff.ts';
import { until } from '../until.ts';

type Queues = z.infer<typeof queuesAnswer>;
type Jobs = z.infer<typeof jobsAnswer>;
type Pools = z.infer<typeof poolsAnswer>;

describe('queues and pools', () => {
  isAStory();

  it('show a job that was given up, and let an admin have it tried again', async () => {
    const [moderator, admin] = [await staff(), await staff('admin')];
    const { rounds } = openQueues();
    await rounds.add('end-round', { roundId: 'nonsense' }, { jobId: 'end-round-nonsense', attempts: 1 });
    const queue = async () =>
      told<Queues>(await moderator.visit('GET', '/api/admin/queues')).queues.find(
        ({ name }) => name === 'rounds',
      )!;
    const failed = async () => told<Jobs>(await moderator.visit('GET', '/api/admin/jobs?state=failed')).jobs;
    expect(await queue()).to.include({ waiting: 1, failed: 0, workers: 0 });
    expect(await failed()).to.deep.equal([]);

    const worker = openWorker('rounds', 1);
    await until(async () => (await rounds.getJobCounts('failed')).failed === 1);
    expect(await queue()).to.include({ workers: 1 });
    await worker.close();
    const [job] = await failed();
    expect(job).to.include({
      id: 'rounds:end-round-nonsense',
      name: 'end-round',
      attempts: 1,
      state: 'failed',
    });
    expect(job!.failure, 'no SQL, no parameter').to.be.a('string').and.not.include('SELECT');

    const retry = `/api/admin/jobs/${encodeURIComponent(job!.id)}/retry`;
    expect(codeOf(await moderator.visit('POST', retry))).to.equal('403 forbidden');
    expect((await admin.visit('POST', retry)).body).to.deep.equal({ id: job!.id, state: 'waiting' });
    expect(await queue()).to.include({ waiting: 1, failed: 0 });
    expect(codeOf(await admin.visit('POST', retry))).to.equal('409 wrong_state');
    expect(codeOf(await admin.visit('POST', '/api/admin/jobs/rounds:unknown/retry'))).to.equal(
      '404 not_found',
    );
    expect(codeOf(await admin.visit('POST', '/api/admin/jobs/elsewhere:x/retry'))).to.equal('400 invalid');
  });

  it('tell when people were counted last', async () => {
    const moderator = await staff();
    const counted = async () =>
      told<Queues>(await moderator.visit('GET', '/api/admin/queues')).last_sample_at;
    expect(await counted()).to.equal(null);
    await takeSample();
    expect(Date.parse(String(await counted()))).to.be.within(clock.ms() - 10_000, clock.ms());
  });

  it('tell who waits, for how long, and whether somebody leads', async () => {
    const moderator = await staff();
    const pool = async () => told<Pools>(await moderator.visit('GET', '/api/admin/pools')).pools[0]!;
    expect(await pool()).to.include({ name: 'world', waiting: 0, longest_wait_seconds: null, led: false });
    await waiting();
    clock.advance(7_000);
    const { longest_wait_seconds, ...rest } = await pool();
    expect(longest_wait_seconds).to.be.closeTo(7, 0.5);
    expect(rest).to.include({ waiting: 2, led: false });
    await runWave();
    expect(await pool()).to.include({ waiting: 0, longest_wait_seconds: null, led: true });
    clock.advance(2_000);
    expect(await pool(), 'a lease lasts a second').to.include({ led: false });
  });
});
