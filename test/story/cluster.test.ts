import { expect } from 'chai';
import { itOnRealRedis } from '../realRedis.ts';
import { inCall, pollUntil } from './guest.ts';
import { openHouse, type House } from './house.ts';
import { startRedisCluster } from './redisCluster.ts';

describe('on a Redis Cluster of three nodes', function () {
  this.timeout(60_000);
  let cluster: Awaited<ReturnType<typeof startRedisCluster>> | undefined;
  let house: House | undefined;
  after(async () => {
    await house?.close();
    await cluster?.stop();
  });

  itOnRealRedis('two strangers meet, signal, talk, vote and match, on every key’s own node', async () => {
    cluster = await startRedisCluster();
    house = await openHouse({
      REDIS_URL: cluster.urls,
      ...{ ROUND_SECONDS: '3', DECISION_SECONDS: '10' },
    });
    const [api] = await Promise.all([house.startApi(), house.startWorker()]);
    const [ada, ben] = await inCall([api.address]);

    const [offerer, answerer] = (await ada.look()).role === 'offerer' ? [ada, ben] : [ben, ada];
    await offerer.signal('offer', { type: 'offer', sdp: 'v=0' });
    expect((await answerer.signals()).signals.map((signal) => signal.type)).to.deep.equal(['offer']);
    const said = await ada.send('POST', `/api/video/messages/${ada.round}`, { text: 'good evening' });
    expect(said.status).to.equal(201);
    expect((await ben.signals()).signals.at(-1)).to.deep.include({ type: 'message' });

    for (const one of [ada, ben]) await pollUntil(one, (told) => told.state === 'DECIDING');
    expect(await ada.decide('continue')).to.deep.include({ outcome: 'pending' });
    expect(await ben.decide('continue')).to.deep.include({ outcome: 'mutual' });
    for (const one of [ada, ben]) {
      expect((await pollUntil(one, (told) => told.notice !== null)).notice).to.deep.include({
        reason: 'mutual',
      });
      expect(await one.matches('?mutual=true')).to.have.length(1);
    }
  });
});
