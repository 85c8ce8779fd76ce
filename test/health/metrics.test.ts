import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { mayReadMetrics } from '#core/health/tellMetrics.ts';
import { freePort } from '#db/embedded/port.ts';
import { serveMetrics } from '#worker/metrics.ts';
import '#worker/run.ts';
import { isAStory, talking, waiting } from '../cast.ts';
import { openDoor } from '../api/door.ts';
import { until } from '../until.ts';

const door = openDoor();

/** Every sample by its name and labels, as this process tells it now. */
async function counters(): Promise<Map<string, number>> {
  const { text } = await door.get('/metrics').expect(200);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('the metrics', () => {
  isAStory();

  it('tell of the house as it is when they are asked', async () => {
    await talking();
    await waiting();
    const { text } = await door.get('/metrics').expect(200);
    for (const line of [
      'minuet_people{state="in_call"} 2',
      'minuet_people{state="searching"} 2',
      'minuet_calls{mode="video"} 1',
      'minuet_pool_waiting{pool="world"} 2',
      'minuet_jobs{queue="rounds",state="failed"} 0',
      'minuet_flags_pending{queue="normal"} 0',
      'minuet_rounds_overdue 0',
    ])
      expect(text.split('\n'), line).to.include(line);
  });

  it('count the steps of journeys, the time between requests for a match, and how calls connected', async () => {
    const before = await counters();
    const [ann, bob] = await talking();
    for (const one of [ann, bob])
      await one.visit('POST', `/api/video/quality/${ann.round}`, { setup_ms: 300 });
    await ann.visit('POST', `/api/video/quality/${ann.round}`, { setup_ms: 300, no_route: true });
    clock.advance(30_000);
    await ann.skip();
    await ann.pause();
    await ann.resume();
    const after = await counters();
    const counted = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(counted('minuet_transitions_total{event="paired"}')).to.equal(2);
    expect(counted('minuet_transitions_total{event="started"}')).to.equal(2);
    expect(counted('minuet_transitions_total{event="pause"}')).to.equal(1);
    expect(counted('minuet_time_between_match_requests_seconds_count')).to.equal(1);
    expect(counted('minuet_time_between_match_requests_seconds_sum')).to.be.within(30, 40);
    expect(counted('minuet_call_connections_total{outcome="connected"}')).to.equal(2);
    expect(counted('minuet_call_connections_total{outcome="no_route"}')).to.equal(1);
  });

  it('of a worker are at a port of their own, where there is nothing else', async () => {
    const port = await freePort();
    const stop = serveMetrics(port);
    try {
      const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
      await until(async () => (await ask('/metrics').catch(() => null)) !== null);
      expect(await (await ask('/metrics')).text()).to.include('minuet_job_seconds');
      expect((await ask('/')).status).to.equal(404);
    } finally {
      await stop();
    }
  });

  it('are for whoever has the token; in production for nobody without one', () => {
    const open = { metricsToken: '', production: false };
    const shut = { metricsToken: '', production: true };
    const guarded = { metricsToken: 'a secret', production: true };
    expect(mayReadMetrics(undefined, open)).to.equal(true);
    expect(mayReadMetrics(undefined, shut)).to.equal(false);
    expect(mayReadMetrics('Bearer ', shut)).to.equal(false);
    expect(mayReadMetrics(undefined, guarded)).to.equal(false);
    expect(mayReadMetrics('Bearer another', guarded)).to.equal(false);
    expect(mayReadMetrics('Bearer a secret', guarded)).to.equal(true);
  });
});
