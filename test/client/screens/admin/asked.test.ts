import { expect } from 'chai';
import { fromField, readAsked, toField } from '../../../../client/screens/admin/rounds/asked.ts';
import { stepsOf } from '../../../../client/screens/admin/rounds/happenings.ts';
import type { Round } from '../../../../client/screens/admin/rounds/wire.ts';

const ada = '01a1f7eb-ec3f-72b7-bd87-8180842be37a';
const ben = '01a1f7eb-ec3f-72b7-bd87-8180842be37b';

describe('the rounds that an address asks for', () => {
  it('are those of its filters, and of no filter that makes no sense', () => {
    const search = `user_id=${ada}&status=active&mode=video&end_reason=not_joined&mutual=true&start_time=2026-11-20T20:00:00.000Z`;
    expect(readAsked(new URLSearchParams(search))).to.deep.equal({
      user_id: ada,
      status: 'active',
      mode: 'video',
      end_reason: 'not_joined',
      mutual: 'true',
      start_time: '2026-11-20T20:00:00.000Z',
    });
    const nonsense =
      'user_id=me&status=lost&mode=both&end_reason=bored&mutual=false&end_time=tonight&cursor=1';
    expect(readAsked(new URLSearchParams(nonsense))).to.deep.equal({});
  });

  it('take an instant from the reader’s clock and give it back', () => {
    const at = '2026-11-20T20:05:00.000Z';
    expect(fromField(toField(at))).to.equal(at);
    expect(toField(undefined)).to.equal('');
    expect(fromField('')).to.equal(undefined);
  });
});

describe('the course of a round', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 20, 0, seconds)).toISOString();
  const side = { user_name: null, session_id: null, waited_seconds: 1 };
  const round: Round = {
    ...{
      match_id: ada,
      mode: 'video',
      status: 'completed',
      compatibility_score: 70,
      matched_topics: [],
      flags: 0,
    },
    ...{ matched_at: at(0), started_at: at(4), ended_at: at(184), duration_seconds: 180 },
    ...{ end_reason: 'clock', ended_by: null, mutual_at: at(190) },
    sides: [
      { ...side, user_id: ada, acknowledged_at: at(2), joined_at: at(4) },
      { ...side, user_id: ben, acknowledged_at: at(1), joined_at: at(3) },
    ],
  };

  it('is told in the order in which it happened, and says that people voted', () => {
    const event = { from_state: 'DECIDING', to_state: 'WAITING' } as const;
    const timeline = [
      { ...event, at: at(186), user_id: ben, event: 'voted' },
      { ...event, at: at(190), user_id: ada, event: 'voted' },
      { ...event, at: at(4), user_id: ada, event: 'started' },
    ];
    expect(stepsOf(round, timeline).map(({ what, who }) => [what, who])).to.deep.equal([
      ['matched', null],
      ['acknowledged', ben],
      ['acknowledged', ada],
      ['joined', ben],
      ['joined', ada],
      ['started', null],
      ['ended', null],
      ['voted', ben],
      ['voted', ada],
      ['mutual', null],
    ]);
  });

  it('leaves out what never happened', () => {
    const sides = round.sides.map((one) => ({ ...one, acknowledged_at: null, joined_at: null }));
    const never = { ...round, sides, started_at: null, mutual_at: null, ended_by: ada };
    expect(stepsOf(never, []).map(({ what, who }) => [what, who])).to.deep.equal([
      ['matched', null],
      ['ended', ada],
    ]);
  });
});
