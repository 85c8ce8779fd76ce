import { expect } from 'chai';
import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import type { match, matchesAnswer } from '#core/wire/records.ts';
import { connecting, deciding, nothingIsBroken, person, roundOf, talking, type Player } from '../cast.ts';

type Match = z.infer<typeof match>;

const listOf = async (who: Player, query = ''): Promise<z.infer<typeof matchesAnswer>> => {
  const answer = await who.visit('GET', `/api/matches${query}`);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body as z.infer<typeof matchesAnswer>;
};
const matchesOf = async (who: Player, query = ''): Promise<Match[]> => (await listOf(who, query)).matches;
const statusOf = async (who: Player, path: string) => (await who.visit('GET', path)).status;

describe('the list of matches', () => {
  afterEach(nothingIsBroken);

  it('says who met whom, when, how long, how it ended and what came of it', async () => {
    const [ann, bob] = await talking(
      await person({ display_name: 'Ann', birth_date: '1990-01-01', interests: ['jazz', 'go'] }),
      await person({ display_name: 'Bob', birth_date: '1992-02-02', interests: ['jazz', 'chess'] }),
    );
    clock.advance(42_000);
    await ann.end();
    const { matched_at, started_at, ended_at } = await roundOf(ann);
    const [mine] = await matchesOf(ann);
    expect(mine).to.deep.include({
      match_id: ann.round,
      ...{ mode: 'video', status: 'completed', end_reason: 'end', ended_by: 'me' },
      ...{ mutual: false, mutual_at: null, my_decision: null, matched_topics: ['jazz'] },
      matched_at: matched_at.toISOString(),
      started_at: started_at!.toISOString(),
      ended_at: ended_at!.toISOString(),
      duration_seconds: (ended_at!.getTime() - started_at!.getTime()) / 1000,
    });
    const { user_age: _, ...partner } = mine!.partner!;
    expect(partner).to.deep.equal({
      ...{ user_name: 'Bob', user_bio: '', user_interests: ['jazz', 'chess'], contact_handle: null },
    });
    expect((await matchesOf(bob))[0]).to.deep.include({ ended_by: 'partner', end_reason: 'end' });
    expect((await ann.visit('GET', `/api/matches/${ann.round}`)).body).to.deep.equal(mine);
  });

  it('shows a round under way and one that was cancelled for what they are', async () => {
    const [ann, bob] = await connecting();
    expect((await matchesOf(ann))[0]).to.include({
      status: 'waiting',
      started_at: null,
      end_reason: null,
      ended_by: null,
    });
    await bob.join();
    clock.advance(settings.connectSeconds * 1000);
    await ann.poll();
    await sweep();
    expect((await matchesOf(bob))[0]).to.include({
      status: 'cancelled',
      end_reason: 'not_joined',
      duration_seconds: null,
    });
  });

  it('shows the contact handle of a mutual match alone, as it is now', async () => {
    const [ann, bob] = await deciding();
    await change(bob, '@bob');
    const handle = async () => (await matchesOf(ann))[0]?.partner?.contact_handle;
    expect(await handle()).to.be.null;
    await ann.decide('continue');
    expect(await handle()).to.be.null;
    await bob.decide('continue');
    expect(await handle()).to.equal('@bob');
    await change(bob, '@robert');
    expect(await handle(), 'changed afterwards').to.equal('@robert');
    await change(bob, null);
    expect(await handle(), 'taken back').to.be.null;

    const [shared] = await matchesOf(bob);
    expect(shared).to.deep.include({
      mutual: true,
      my_decision: 'continue',
      status: 'completed',
      ended_by: 'system',
    });
    expect(shared?.partner?.contact_handle, 'not shared by Ann').to.be.null;
  });

  it('never carries what nobody else may see', async () => {
    const [ann, bob] = await deciding();
    await change(bob, '@bob');
    await bob.decide('skip', { warmth: 1 });
    await ann.decide('next');
    clock.advance(settings.decisionSeconds * 1000);
    await sweep();
    const text = JSON.stringify([
      await listOf(ann),
      (await ann.visit('GET', `/api/matches/${ann.round}`)).body,
    ]);
    for (const secret of [bob.id, bob.me.deviceId, '1995-05-05', '@bob', 'skip', 'warmth'])
      expect(text, secret).to.not.include(secret);
  });

  it('can be asked for by outcome and time, and for what is mutual', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await bob.decide('continue');
    const first = ann.round;
    await bob.stop();
    clock.advance(60_000);
    await ann.start();
    await ann.poll();
    const between = clock.now().toISOString();
    await ann.poll();
    clock.advance(60_000);
    const cat = await person();
    await talking(ann, cat);
    await cat.skip(ann.round);

    const ids = async (query: string) => (await matchesOf(ann, query)).map(({ match_id }) => match_id);
    expect(await ids(''), 'newest first').to.deep.equal([ann.round, first]);
    expect(await ids('?mutual=true')).to.deep.equal([first]);
    expect(await ids('?mutual=false')).to.deep.equal([ann.round]);
    expect(await ids('?status=completed')).to.deep.equal([ann.round, first]);
    expect(await ids('?status=passed')).to.deep.equal([]);
    expect(await ids('?end_reason=skip')).to.deep.equal([ann.round]);
    expect(await ids('?end_reason=clock')).to.deep.equal([first]);
    expect(await ids('?end_reason=end')).to.deep.equal([]);
    expect(await ids(`?start_time=${between}`)).to.deep.equal([ann.round]);
    expect(await ids(`?end_time=${between}`)).to.deep.equal([first]);
    expect(await ids(`?start_time=${between}&end_time=${between}`)).to.deep.equal([]);

    const page = await listOf(ann, '?limit=1');
    expect(page.matches.map(({ match_id }) => match_id)).to.deep.equal([ann.round]);
    expect(page.next_cursor).to.equal(ann.round);
    expect(await listOf(ann, `?limit=1&cursor=${page.next_cursor}`)).to.deep.include({ next_cursor: null });
    expect(await ids(`?cursor=${page.next_cursor}`)).to.deep.equal([first]);
  });

  it('asked for by how rounds ended tells no more than the rounds themselves say', async () => {
    const [ann, bob] = await talking();
    await bob.flag();
    for (const [shown, count] of Object.entries({ end: 1, left: 0, skip: 0, not_joined: 0 })) {
      const matches = await matchesOf(ann, `?end_reason=${shown}`);
      expect(matches, shown).to.have.length(count);
      for (const { end_reason } of matches) expect(end_reason).to.equal(shown);
    }
    for (const hidden of ['flag', 'block', 'restriction', 'not_acknowledged'])
      expect(await statusOf(ann, `/api/matches?end_reason=${hidden}`), hidden).to.equal(400);
  });

  it('refuses what it does not understand', async () => {
    const ann = await person();
    const wrong = [
      'status=won',
      'mutual=yes',
      'mutual=',
      'start_time=yesterday',
      'end_time=2030-01-01',
      'limit=0',
    ];
    for (const query of [
      ...wrong,
      'limit=101',
      'limit=1e1',
      'cursor=abc',
      'user_id=me',
      'status=passed&status=completed',
    ])
      expect(await statusOf(ann, `/api/matches?${query}`), query).to.equal(400);
    expect(await statusOf(ann, `/api/matches?cursor=${newId()}`)).to.equal(200);
    expect(await statusOf(ann, '/api/matches/abc')).to.equal(400);
  });

  it('is one’s own: a stranger’s match and an unknown one are the same 404', async () => {
    const [ann] = await talking();
    const eve = await person();
    expect(await matchesOf(eve)).to.deep.equal([]);
    const answers = [
      await eve.visit('GET', `/api/matches/${ann.round}`),
      await eve.visit('GET', `/api/matches/${newId()}`),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([404, 404]);
    const [strangers, unknowns] = answers.map(({ body }) => ({ ...(body as object), instance: '' }));
    expect(strangers).to.deep.equal(unknowns);
  });

  it('stays with a guest who registers', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue');
    await bob.decide('continue');
    const before = await listOf(ann);
    const registered = await ann.visit('POST', '/api/auth/register', {
      email: 'ann@example.org',
      password: 'correct horse',
    });
    expect(registered.status).to.be.oneOf([200, 201]);
    expect((registered.body as { user: { id: string } }).user.id).to.equal(ann.id);
    expect(await listOf(ann)).to.deep.equal(before);
    expect((await ann.poll()).notice).to.include({ reason: 'mutual' });
  });
});

async function change(who: Player, contact_handle: string | null): Promise<void> {
  expect((await who.visit('PATCH', '/api/me', { contact_handle })).status).to.equal(200);
}
