import { expect } from 'chai';
import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import type {
  allMatchesAnswer,
  currentSessionAnswer,
  matchesAnswer,
  matchStatsAnswer,
  roundTimeline,
  sessionHistoryAnswer,
} from '#core/wire/records.ts';
import { sql } from '#db/postgres.ts';
import { connecting, deciding, isAStory, person, talking, type Player } from '../cast.ts';
import { codeOf, staff, told } from '../moderation/staff.ts';

type All = z.infer<typeof allMatchesAnswer>;
type Current = z.infer<typeof currentSessionAnswer>;
type History = z.infer<typeof sessionHistoryAnswer>;

const get = async <Answer>(who: Player, path: string): Promise<Answer> =>
  told<Answer>(await who.visit('GET', path));

describe('one’s sessions', () => {
  isAStory();

  it('are listed with what came of them, the newest first; the open one is told of too', async () => {
    const [ann, bob] = await deciding();
    const first = ann.session;
    await ann.decide('continue');
    await bob.decide('continue');
    await ann.poll();
    const { session } = await get<Current>(ann, '/api/session/current');
    expect(session).to.deep.include({
      ...{ session_id: first, status: 'active', mode: 'both', ended_at: null, end_reason: null },
      ...{ match_count: 1, people_met: 1, mutual_count: 1, state: 'WAITING' },
    });
    clock.advance(1_000);
    await ann.stop();
    expect(await get<Current>(ann, '/api/session/current')).to.deep.equal({ session: null });
    clock.advance(1_000);
    await ann.start({ mode: 'text' });
    const { sessions, next_cursor } = await get<History>(ann, '/api/session/history?limit=1');
    expect(sessions).to.have.length(1);
    expect(sessions[0]).to.include({
      session_id: ann.session,
      status: 'active',
      mode: 'text',
      match_count: 0,
    });
    const rest = await get<History>(ann, `/api/session/history?limit=1&cursor=${next_cursor}`);
    expect(rest.sessions[0]).to.include({
      ...{ session_id: first, status: 'ended', end_reason: 'end_session', mutual_count: 1 },
    });
    expect(rest.next_cursor).to.equal(null);
  });
});

describe('one’s own figures', () => {
  isAStory();

  it('count one’s rounds of a period', async () => {
    const [ann] = await talking();
    clock.advance(42_000);
    await ann.end();
    const asked = `/api/matches/stats?start_time=${clock.after(-3600).toISOString()}&end_time=${clock.after(60).toISOString()}`;
    const stats = await get<z.infer<typeof matchStatsAnswer>>(ann, asked);
    expect(stats).to.deep.include({
      ...{ total: 1, active: 0, ended: 1, mutual: 0, by_mode: { video: 1, text: 0 } },
      by_status: { waiting: 0, active: 0, completed: 1, cancelled: 0, passed: 0 },
    });
    expect(stats.average_duration_seconds).to.be.closeTo(42, 1);
    expect(stats.by_hour.map(({ count }) => count)).to.deep.equal([1]);
    const wrong = await ann.visit(
      'GET',
      '/api/matches/stats?start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z',
    );
    expect(codeOf(wrong)).to.equal('400 invalid');
  });
});

describe('what moderators see of everybody’s rounds', () => {
  isAStory();

  it('is all but how people voted, and no e-mail', async () => {
    const moderator = await staff();
    const [ann, bob] = await deciding();
    await sql(
      `UPDATE users SET kind = 'member', email = id || '@example.org', password_hash = 'x' WHERE id = ANY($1::uuid[])`,
      [[ann.id, bob.id]],
    );
    await ann.decide('continue');
    clock.advance(30_000);
    const seen: Record<string, unknown> = {};
    for (const path of [
      '/api/admin/matches',
      `/api/admin/matches/${ann.round}`,
      `/api/matches?user_id=${ann.id}`,
      `/api/matches/stats?user_id=${ann.id}`,
      `/api/session/history?user_id=${ann.id}`,
      '/api/admin/activity/at',
    ])
      seen[path] = await get(moderator, path);
    expect(JSON.stringify(seen)).to.not.include('@example.org').and.not.include('continue');
    const theirs = seen[`/api/matches?user_id=${ann.id}`] as z.infer<typeof matchesAnswer>;
    expect(theirs.matches[0]).to.include({ match_id: ann.round, my_decision: null, decided_at: null });
    const [own] = (await get<z.infer<typeof matchesAnswer>>(ann, '/api/matches')).matches;
    expect(own).to.include({ my_decision: 'continue', session_id: ann.session });
    expect([own?.joined_at, own?.partner_joined_at, own?.decided_at]).to.not.include(null);
    expect(codeOf(await bob.visit('GET', `/api/matches?user_id=${ann.id}`))).to.equal('403 forbidden');
  });

  it('can be asked for by whom, session, outcome, mode, time and instant', async () => {
    const moderator = await staff();
    const [ann, bob] = await talking();
    const first = ann.round;
    clock.advance(30_000);
    const meanwhile = clock.now().toISOString();
    clock.advance(30_000);
    await ann.skip();
    await bob.poll();
    for (const one of [ann, bob]) await one.stop();
    clock.advance(60_000);
    const [cid] = await connecting(await person(), await person());
    const ids = async (query: string) =>
      (await get<All>(moderator, `/api/admin/matches?${query}`)).matches.map((one) => one.match_id);
    expect(await ids('')).to.deep.equal([cid.round, first]);
    expect(await ids(`user_id=${bob.id}`)).to.deep.equal([first]);
    expect(await ids(`session_id=${ann.session}`)).to.deep.equal([first]);
    expect(await ids('status=waiting')).to.deep.equal([cid.round]);
    expect(await ids('mode=text')).to.deep.equal([]);
    expect(await ids('end_reason=skip')).to.deep.equal([first]);
    expect(await ids('end_reason=stale')).to.deep.equal([]);
    expect(await ids('mutual=false')).to.deep.equal([cid.round, first]);
    expect(await ids('mutual=true')).to.deep.equal([]);
    expect(await ids(`active_at=${meanwhile}`)).to.deep.equal([first]);
    expect(await ids(`active_at=${clock.now().toISOString()}`)).to.deep.equal([]);
    expect(await ids(`start_time=${meanwhile}`)).to.deep.equal([cid.round]);
    expect(await ids(`end_time=${meanwhile}`)).to.deep.equal([first]);
    const page = await get<All>(moderator, '/api/admin/matches?limit=1');
    expect(await ids(`limit=1&cursor=${page.next_cursor}`)).to.deep.equal([first]);
  });

  it('has both sides of a round, how it really ended, and every step in it', async () => {
    const moderator = await staff();
    const [ann, bob] = await talking();
    clock.advance(10_000);
    await ann.flag({ reason: 'It was not pleasant', category: 'spam' });
    const round = await get<z.infer<typeof roundTimeline>>(moderator, `/api/admin/matches/${ann.round}`);
    expect(round).to.include({ end_reason: 'flag', ended_by: ann.id, flags: 1, status: 'completed' });
    expect(round.sides.map(({ user_id }) => user_id)).to.have.members([ann.id, bob.id]);
    for (const side of round.sides) {
      expect(side.waited_seconds).to.be.within(0, 1);
      expect([side.joined_at, side.acknowledged_at, side.session_id]).to.not.include(null);
    }
    const steps = round.timeline.filter(({ user_id }) => user_id === bob.id).map(({ event }) => event);
    expect(steps).to.include.members(['paired', 'started', 'partner_flag']);
  });
});
