import { expect } from 'chai';
import { batching } from '#core/commands/batch.ts';
import { command, type Definition } from '#core/commands/command.ts';
import { journeyIn } from '#core/commands/draft.ts';
import { Problem } from '#core/errors.ts';
import { advance } from '#core/journey/advance.ts';
import { pause, resume } from '#core/sessions/pause.ts';
import { statementCount } from '#db/postgres.ts';
import { isAStory, journeyOf, person, placed, type Player } from '../cast.ts';
import { inThisOrder, justAfter } from '../race.ts';

/** Notes something on a person's journey; the base case of a command. */
const touching: Definition<{ userId: string; breaks?: boolean }, number> = {
  name: 'touch',
  needs: ({ userId }) => ({ people: [userId] }),
  rule(draft, { userId, breaks }) {
    const journey = journeyIn(draft, userId);
    advance(journey, 'profile');
    const [step] = journey.events;
    if (breaks && step) journey.events.push(step);
    return journey.version;
  },
};
const touch = command(touching);
const touchAtOnce = command({ ...touching, urgent: true });

const waitingPeople = async (count: number): Promise<Player[]> => {
  const people = await Promise.all(Array.from({ length: count }, () => person()));
  await Promise.all(people.map((one) => one.start()));
  return people;
};

describe('commands of one moment', () => {
  isAStory();

  it('share one read and one write, however many they are', async () => {
    const people = await waitingPeople(20);
    const before = statementCount();
    await Promise.all(people.map(({ id }) => touch({ userId: id })));
    expect(statementCount() - before).to.be.within(2, 3); // and now and then what was published is noted
  });

  it('let urgent ones go first, however many are waiting', async () => {
    const people = await waitingPeople(12);
    const [last] = people.splice(-1);
    const { cap, atOnce } = batching;
    Object.assign(batching, { cap: 2, atOnce: 1 });
    try {
      const answered: string[] = [];
      const others = people.map(({ id }) => touch({ userId: id }).then(() => answered.push('other')));
      const urgent = touchAtOnce({ userId: last!.id }).then(() => answered.push('urgent'));
      await Promise.all([...others, urgent]);
      expect(answered.slice(0, 2)).to.include('urgent');
    } finally {
      Object.assign(batching, { cap, atOnce });
    }
  });

  it('are applied though one of them is refused, and that one is told so', async () => {
    const people = await waitingPeople(3);
    const results = await Promise.allSettled([
      ...people.map(({ id }) => touch({ userId: id })),
      touch({ userId: '00000000-0000-7000-8000-000000000000' }),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
  });

  it('are applied though one of them breaks a constraint, and only that one fails', async () => {
    const people = await waitingPeople(5);
    const results = await Promise.allSettled(
      people.map(({ id }, index) => touch({ userId: id, breaks: index === 2 })),
    );
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('about one person are all done, each on what the one before it has left', async () => {
    const [ann] = await waitingPeople(1);
    const { version } = await journeyOf(ann!);
    const answers = await Promise.all(Array.from({ length: 8 }, () => touch({ userId: ann!.id })));
    expect(answers.sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 8 }, (_, index) => version + index + 1),
    );
  });

  it('are decided again when somebody moves the person between the read and the write', async () => {
    const [ann] = await placed('WAITING');
    const session = (await journeyOf(ann)).session_id ?? '';
    const paused = justAfter(
      'own AS MATERIALIZED',
      () => pause(ann.id, session).catch((error: unknown) => error),
      () => ann.stop(),
    );
    expect(await paused)
      .to.be.instanceOf(Problem)
      .with.property('code', 'wrong_state');
  });

  it('wait for a row that another transaction keeps locked', async () => {
    const [ann] = await placed('WAITING');
    const { version } = await journeyOf(ann);
    const [result] = await inThisOrder([ann], () => touch({ userId: ann.id }));
    expect(result).to.deep.equal({ status: 'fulfilled', value: version + 1 });
  });

  it('of two accounts that resume on one device at once, one is let in', async () => {
    const ann = await person();
    const bob = await person({ device_token: ann.deviceToken });
    for (const one of [ann, bob]) {
      await one.start();
      await one.pause();
    }
    const sessions = await Promise.all(
      [ann, bob].map(async (one) => (await journeyOf(one)).session_id ?? ''),
    );
    const other = () => resume(bob.id, sessions[1] ?? '');
    const results = await Promise.allSettled([
      justAfter('own AS MATERIALIZED', () => resume(ann.id, sessions[0] ?? ''), other),
    ]);
    expect(results[0]).to.have.nested.property('reason.code', 'device_busy');
    expect((await journeyOf(bob)).state).to.equal('WAITING');
  });
});
