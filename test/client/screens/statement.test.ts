import { expect } from 'chai';
import { isToldOf, type Statement } from '../../../client/screens/standing/statement.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const answered = (answered_at: string | null, status: 'pending' | 'upheld' | 'lifted' = 'lifted') => ({
  ...{ id: 'a', status, text: 'It was not me', answer: answered_at && 'You are right', answered_at },
  created_at: '2026-11-01T12:00:00Z',
});
const restriction: Statement = {
  ...{
    id: 'r',
    what: 'restriction',
    why: 'Shouted',
    category: null,
    scope: ['account'],
    reached_by: 'account',
  },
  ...{ since: '2026-11-01T12:00:00Z', until: null, permanent: true, automated: false, appeal: '' },
  ...{ active: true, lifted_at: null, seen_at: null, my_appeal: null },
};
const isTold = (changes: Partial<Statement>) => isToldOf({ ...restriction, ...changes }, now);

describe('what the house holds against somebody', () => {
  it('is told while it restricts them, and not when it is over', () => {
    expect(isTold({})).to.be.true;
    expect(isTold({ active: false })).to.be.false;
  });

  it('is told of a warning until it was read', () => {
    expect(isTold({ what: 'warning', active: false })).to.be.true;
    expect(isTold({ what: 'warning', active: false, seen_at: '2026-11-02T12:00:00Z' })).to.be.false;
  });

  it('is told while an appeal is open, and its answer for a week', () => {
    expect(isTold({ active: false, my_appeal: answered(null, 'pending') })).to.be.true;
    expect(isTold({ active: false, my_appeal: answered('2026-11-14T12:00:00Z') })).to.be.true;
    expect(isTold({ active: false, my_appeal: answered('2026-11-13T11:59:00Z') })).to.be.false;
  });
});
