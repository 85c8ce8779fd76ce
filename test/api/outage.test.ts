import { expect } from 'chai';
import { DatabaseError } from 'sequelize';
import { isOutage } from '#api/outage.ts';

describe('an outage', () => {
  const original = (message: string, code?: string) =>
    Object.assign(new Error(message), { sql: '', ...(code && { code }) });

  it('is what may succeed soon, however the driver puts it', () => {
    const soon = [
      original('terminating connection due to administrator command', '57P01'),
      original('terminating connection due to idle-in-transaction timeout', '25P03'),
      original('Client has encountered a connection error and is not queryable'),
      original('Connection terminated unexpectedly'),
      original('read ECONNRESET', 'ECONNRESET'),
    ];
    for (const error of soon) expect(isOutage(new DatabaseError(error)), error.message).to.be.true;
  });

  it('is not what would fail again', () => {
    const never = [
      original('duplicate key', '23505'),
      original('syntax error', '42601'),
      original('is not a function'),
    ];
    for (const error of never) expect(isOutage(new DatabaseError(error)), error.message).to.be.false;
    expect(isOutage(new TypeError('undefined is not a function'))).to.be.false;
  });
});
