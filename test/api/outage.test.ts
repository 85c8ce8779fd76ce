import { expect } from 'chai';
import { ConnectionAcquireTimeoutError, DatabaseError } from 'sequelize';
import { outageOf } from '#api/outage.ts';
import { problemReply } from '#api/problem.ts';
import { metrics } from '#core/metrics.ts';

const original = (message: string, code?: string) =>
  Object.assign(new Error(message), { sql: '', ...(code && { code }) });

describe('an outage', () => {
  it('is what may succeed soon, however PostgreSQL and its driver put it', () => {
    const soon: [ReturnType<typeof original>, string][] = [
      [original('terminating connection due to administrator command', '57P01'), '57P01'],
      [original('terminating connection due to idle-in-transaction timeout', '25P03'), '25P03'],
      [original('canceling statement due to statement timeout', '57014'), '57014'],
      [original('canceling statement due to lock timeout', '55P03'), '55P03'],
      [original('cannot execute UPDATE in a read-only transaction', '25006'), '25006'],
      [original('could not extend file: No space left on device', '53100'), '53100'],
      [original('deadlock detected', '40P01'), '40P01'],
      [original('Client has encountered a connection error and is not queryable'), 'closed'],
      [original('Client was closed and is not queryable'), 'closed'],
      [original('Connection terminated unexpectedly'), 'closed'],
      [original('Query read timeout'), 'silent'],
    ];
    for (const [error, code] of soon)
      expect(outageOf(new DatabaseError(error)), error.message).to.deep.equal({ server: 'postgres', code });
    expect(outageOf(new ConnectionAcquireTimeoutError(new Error()))).to.include({ code: 'pool' });
    expect(outageOf(new DatabaseError(original('read ECONNRESET', 'ECONNRESET')))).to.include({
      server: 'network',
    });
  });

  it('is what may succeed soon, however Redis and its driver put it, in a script too', () => {
    const soon = {
      OOM: "OOM command not allowed when used memory > 'maxmemory'. script: a1, on @user_script:26.",
      MISCONF: 'MISCONF Redis is configured to save RDB snapshots, but it is unable to persist on disk.',
      BUSY: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
      TRYAGAIN: 'TRYAGAIN Multiple keys request during rehashing of slot',
      READONLY: 'ERR Error running script (call to f_a1): @user_script:3: -READONLY You can not write',
      NOREPLICAS: 'NOREPLICAS Not enough good replicas to write.',
      closed: 'Command aborted due to connection close',
      silent: 'Command timed out',
      cluster: "Cluster isn't ready and enableOfflineQueue options is false",
    };
    for (const [code, message] of Object.entries(soon))
      expect(outageOf(new Error(message)), message).to.deep.equal({ server: 'redis', code });
  });

  it('is not what would fail again', () => {
    const never = [
      original('duplicate key', '23505'),
      original('syntax error', '42601'),
      original('is not a function'),
    ];
    for (const error of never) expect(outageOf(new DatabaseError(error)), error.message).to.be.undefined;
    expect(outageOf(new TypeError('undefined is not a function'))).to.be.undefined;
    expect(outageOf(new Error('WRONGTYPE Operation against a key'))).to.be.undefined;
  });

  it('is answered with 503 and when to come again, and counted', async () => {
    const { status, headers } = problemReply(new Error('OOM command not allowed'), { requestId: 'r' });
    expect({ status, headers }).to.deep.equal({ status: 503, headers: { 'Retry-After': '1' } });
    expect(await metrics.getSingleMetricAsString('minuet_outages_total')).to.include(
      'minuet_outages_total{server="redis",code="OOM"} 1',
    );
  });
});
