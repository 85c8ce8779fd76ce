import { expect } from 'chai';
import { Redis } from 'ioredis';
import { requestPath } from '#db/redis.ts';
import { openWire } from './outage.ts';
import { until } from './until.ts';

/** What becomes of a command, and after how many ms. */
async function ask(connection: Redis): Promise<{ answer: string; ms: number }> {
  const since = performance.now();
  const answer = await connection.ping().catch((error: unknown) => String(error));
  return { answer, ms: performance.now() - since };
}

describe('a Redis that hangs', () => {
  it('is given up after seconds, and then every request is told at once', async () => {
    const wire = await openWire(process.env.REDIS_URL!);
    const connection = new Redis(wire.url, { ...requestPath, retryStrategy: () => 60_000 });
    connection.on('error', () => undefined);
    try {
      await until(() => connection.status === 'ready');
      expect((await ask(connection)).answer).to.equal('PONG');
      wire.freeze();
      const first = await ask(connection);
      expect(first.answer).to.contain('timed out');
      expect(first.ms).to.be.below(2_500);

      await until(() => connection.status !== 'ready', 1_500);
      const second = await ask(connection);
      expect(second.answer).not.to.equal('PONG');
      expect(second.ms).to.be.below(100);
    } finally {
      connection.disconnect();
      await wire.cut();
    }
  });
});
