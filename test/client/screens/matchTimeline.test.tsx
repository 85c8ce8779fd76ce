import { expect } from 'chai';
import type { Match } from '../../../client/api/wire.ts';
import { stepsOf } from '../../../client/screens/matches/happenings.ts';
import { useDocument } from '../dom.ts';
import { renderInside } from '../inside.tsx';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 20, 0, seconds)).toISOString();

const match: Match = {
  ...{ match_id: 'm', session_id: 's', mode: 'video', status: 'completed' },
  ...{ matched_at: at(0), joined_at: at(3), partner_joined_at: at(2), started_at: at(3) },
  ...{ ended_at: at(183), duration_seconds: 180, end_reason: 'clock', ended_by: 'system' },
  ...{ mutual: true, mutual_at: at(190), my_decision: 'continue', decided_at: at(188) },
  ...{ compatibility_score: 70, matched_topics: [], partner: null },
};

describe('the timeline of one’s own round', () => {
  useDocument();

  async function told(change: Partial<Match>) {
    const { Timeline } = await import('../../../client/screens/matches/timeline.tsx');
    await renderInside(<Timeline match={{ ...match, ...change }} name="Jonas" />);
    const { screen } = await import('@testing-library/react');
    return screen
      .getAllByRole('listitem', { hidden: true })
      .map((item) => item.querySelector('span')?.textContent);
  }

  it('tells what happened, in the order in which it did', async () => {
    expect(await told({})).to.deep.equal([
      'You were paired',
      'Jonas came in',
      'You came in',
      'The three minutes began',
      'The three minutes were over',
      'You said yes',
      'Both had said yes',
    ]);
  });

  it('says who ended it, and how', async () => {
    const apart = { mutual_at: null, decided_at: null, my_decision: null } as const;
    expect(await told({ ...apart, end_reason: 'skip', ended_by: 'me' })).to.include('You moved on');
  });

  it('leaves out what never happened', () => {
    const never = { ...match, joined_at: null, started_at: null, decided_at: null, mutual_at: null };
    expect(stepsOf(never).map(({ what }) => what)).to.deep.equal(['matched', 'partner_joined', 'ended']);
  });
});
