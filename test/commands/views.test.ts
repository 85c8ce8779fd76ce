import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { readViews, type View } from '#core/views/view.ts';
import { pools } from '#core/pools.ts';
import { settings } from '#core/settings.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { isAStory, person, Refused, runWave, type Player } from '../cast.ts';
import { among } from '../draw.ts';

type Act = (one: Player) => Promise<unknown>;

/** What a person may do at any moment; some of it is refused. */
const acts: Record<string, Act> = {
  start: (one) => one.start(),
  poll: (one) => one.poll(),
  'join again': (one) => one.join(),
  skip: (one) => one.skip(),
  end: (one) => one.end(),
  leave: (one) => one.leave(),
  'say yes': (one) => one.decide('continue', { warmth: 5 }),
  'say no': (one) => one.decide('skip'),
  pause: (one) => one.pause(),
  resume: (one) => one.resume(),
  stop: (one) => one.stop(),
  block: (one) => one.block(),
  flag: (one) => one.flag(),
  'a wave': () => runWave(),
  'a second': async () => (clock.advance(1_000), sweep()),
  'the end of the window': async () => (clock.advance(settings.decisionSeconds * 1_000), sweep()),
};

/** What both do in the course of a date. */
const course: Record<string, Act> = {
  start: (one) => one.start(),
  wave: async (one) => (await runWave(), one.poll()),
  join: (one) => one.join(),
  'the end': async () => (clock.advance(settings.roundSeconds * 1_000), sweep()),
  'say yes': (one) => one.decide('continue', { warmth: 5 }),
};

/** A date, as far as it comes, with other acts thrown in anywhere. */
function date(two: readonly Player[]): [name: string, act: Act, who: Player][] {
  const other = () => [...among(Object.entries(acts)), among(two)] as [string, Act, Player];
  const others = (counts: readonly number[]) => Array.from({ length: among(counts) }, other);
  const stages = Object.entries(course).slice(0, among([3, 4, 5, 5, 5]));
  return [
    ...stages.flatMap(([name, act]) => [
      ...(name === 'the end' ? two.slice(1) : two).map((one) => [name, act, one] as [string, Act, Player]),
      ...others([0, 0, 0, 1]),
    ]),
    ...others([3, 4]),
  ];
}

/** A person's view as Redis has it, but for what depends on the instant at which it was made. */
async function published(id: string): Promise<object | null> {
  const [view, body, met] = await redis.hmget(keys.view(pools[0], id), 'private', 'body', 'met');
  if (typeof view !== 'string' || typeof body !== 'string') return null;
  const people = (met ?? '').split(' ').filter((one) => one !== '');
  return { ...(JSON.parse(view) as object), body: JSON.parse(body) as object, met: people.sort() };
}

const asPublished = (view: View): object =>
  JSON.parse(JSON.stringify({ ...view, met: [...view.met].sort() })) as object;

describe('the view that a command makes of what it has read and changed', () => {
  isAStory();

  it('is the view that is read from the database afterwards, whatever happens', async function () {
    this.timeout(120_000);
    const done = new Map<string, number>();
    for (let dates = 0; dates < 25; dates += 1) {
      const two = await Promise.all([person({ display_name: 'Ann' }), person({ display_name: 'Bob' })]);
      for (const [name, act, who] of date(two)) {
        await act(who).then(
          () => done.set(name, (done.get(name) ?? 0) + 1),
          (error: unknown) => expect(error).to.be.instanceOf(Refused),
        );
        for (const truth of await readViews(two.map(({ id }) => id))) {
          const view = await published(truth.user_id);
          if (view && (view as View).version === truth.version)
            expect(view, `after “${name}”, date ${dates}`).to.deep.equal(asPublished(truth));
        }
      }
      for (const one of two) await one.stop().catch(() => undefined); // perhaps nothing has begun
    }
    expect(await sql('SELECT 1 FROM rounds WHERE mutual_at IS NOT NULL')).not.to.deep.equal([]);
    for (const name of Object.keys(course)) expect(done.get(name), name).to.be.greaterThan(0);
  });
});
