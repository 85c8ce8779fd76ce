import { expect } from 'chai';
import { troubles, type Findings } from '../../../../client/screens/admin/overview/trouble.ts';

const now = '2026-11-20T20:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(now) - seconds * 1000).toISOString();

const queue = {
  name: 'rounds' as const,
  ...{ workers: 1, waiting: 0, active: 0, delayed: 0, failed: 0, completed: 0 },
  oldest_waiting_at: null,
};
const queues = (change: object = {}, last_sample_at: string | null = ago(5)): Findings => ({
  queues: { server_time: now, queues: [{ ...queue, ...change }], last_sample_at },
});
const pools = (change: object): Findings => ({
  pools: {
    server_time: now,
    pools: [
      {
        ...{ name: 'main', waiting: 2, longest_wait_seconds: 5, estimated_wait_seconds: 5, led: true },
        ...{ lease_expires_at: null, fence: '1', presence_since: null },
        ...change,
      },
    ],
  },
});
const kinds = (findings: Findings) => troubles(findings).map(({ kind }) => kind);

describe('trouble', () => {
  it('is none in a house that runs, and none is made of what has not been read', () => {
    expect(kinds({})).to.deep.equal([]);
    expect(kinds({ ...queues(), ...pools({}) })).to.deep.equal([]);
  });

  it('is a queue without a worker, and a house that nobody counts', () => {
    expect(kinds(queues({ workers: 0 }, null))).to.deep.equal(['no_workers', 'no_samples']);
    expect(kinds(queues({}, ago(59)))).to.deep.equal([]);
    expect(troubles(queues({}, ago(61)))).to.deep.equal([
      { kind: 'no_samples', severity: 'alarm', amount: 61, part: 'machine' },
    ]);
  });

  it('is a job that waits, or has failed', () => {
    expect(kinds(queues({ oldest_waiting_at: ago(29) }))).to.deep.equal([]);
    expect(kinds(queues({ oldest_waiting_at: ago(31), failed: 2 }))).to.deep.equal([
      'backlog',
      'failed_jobs',
    ]);
  });

  it('is a pool whose people are not paired; one person alone is nobody’s fault', () => {
    expect(kinds(pools({ led: false }))).to.deep.equal(['unled']);
    expect(kinds(pools({ longest_wait_seconds: 121 }))).to.deep.equal(['long_wait']);
    expect(kinds(pools({ led: false, waiting: 1, longest_wait_seconds: 900 }))).to.deep.equal([]);
  });

  it('comes worst first, whatever was read first', () => {
    const worst = {
      ...queues({ workers: 0, failed: 1 }),
      ...pools({ longest_wait_seconds: 200, led: false }),
    };
    expect(kinds(worst)).to.deep.equal(['no_workers', 'unled', 'long_wait', 'failed_jobs']);
  });
});
