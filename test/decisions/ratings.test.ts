import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settle } from '#core/decisions/settle.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { deciding, nothingIsBroken, refusal, type Player } from '../cast.ts';
import { whereabouts } from '../still.ts';

describe('a rating', () => {
  afterEach(nothingIsBroken);

  it('counts for the partner once the window has closed, and not before', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('next', { warmth: 5, humour: 4 });
    await bob.decide('skip', { listening: 1 });
    expect(await ratingOf(bob)).to.deep.equal({ rating_sum: 0, rating_count: 0 });
    await closeWindow();
    expect(await ratingOf(bob)).to.deep.equal({ rating_sum: 9, rating_count: 2 });
    expect(await ratingOf(ann)).to.deep.equal({ rating_sum: 1, rating_count: 1 });
    await Promise.all([settle(ann.round), settle(ann.round)]);
    expect(await ratingOf(bob), 'once, however many clocks strike').to.deep.equal({
      rating_sum: 9,
      rating_count: 2,
    });
  });

  it('counts at once when both say yes, and once', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('continue', { energy: 5 });
    await bob.decide('continue');
    await closeWindow();
    await settle(ann.round);
    expect(await ratingOf(bob)).to.deep.equal({ rating_sum: 5, rating_count: 1 });
    expect(await ratingOf(ann)).to.deep.equal({ rating_sum: 0, rating_count: 0 });
  });

  it('is optional, and an empty one is none', async () => {
    const [ann, bob] = await deciding();
    await ann.decide('next', {});
    await closeWindow();
    expect(await ratingOf(bob)).to.deep.equal({ rating_sum: 0, rating_count: 0 });
  });

  it('is of what there is to rate, from 1 to 5; otherwise there is no vote either', async () => {
    const [ann] = await deciding();
    const before = await whereabouts(ann);
    const vote = (rest: object) =>
      ann.visit('POST', '/api/continuous-matching/continue-decision', {
        match_id: ann.round,
        decision: 'next',
        ...rest,
      });
    const wrong: object[] = [
      { ratings: { warmth: 0 } },
      { ratings: { warmth: 6 } },
      { ratings: { warmth: 2.5 } },
      { ratings: { warmth: '5' } },
      { ratings: { warmth: null } },
      { ratings: { looks: 5 } },
      { ratings: [5] },
      { ratings: 5 },
      { decision: 'maybe' },
      { decision: null },
      { decision: ['next'] },
      { match_id: 'abc' },
      { match_id: 7 },
      { session_id: 'abc' },
      { user_id: ann.id },
    ];
    for (const rest of wrong) {
      const { status, body } = await vote(rest);
      expect([status, (body as { code: string }).code], JSON.stringify(rest)).to.deep.equal([400, 'invalid']);
    }
    expect(await sql('SELECT * FROM decisions')).to.deep.equal([]);
    expect(await whereabouts(ann)).to.deep.equal(before);
    expect((await vote({ session_id: ann.session, ratings: { warmth: 1, energy: 5 } })).status).to.equal(200);
    expect(await refusal(ann.decide('skip'))).to.equal('already_decided');
  });
});

async function ratingOf({ id }: Player): Promise<object> {
  const [row] = await sql('SELECT rating_sum, rating_count FROM users WHERE id = $1', [id]);
  return row!;
}

async function closeWindow(): Promise<void> {
  clock.advance(settings.decisionSeconds * 1000);
  await sweep();
}
