import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { openQueues, roundsQueue, scheduleEnd, scheduleSettle, type JobName } from '#core/jobs.ts';
import { newId } from '#core/ids.ts';
import { rules } from '#core/rules.ts';
import { sql } from '#db/postgres.ts';
import { jobs } from '#worker/jobs.ts';
import { openWorker, startWorker } from '#worker/run.ts';
import {
  connecting,
  deciding,
  isAStory,
  nothingIsBroken,
  placed,
  roundOf,
  statesOf,
  stepsOf,
  talking,
} from '../cast.ts';
import { whileLocked } from '../race.ts';
import { until } from '../until.ts';

const jobOf = (name: JobName, round: string) => openQueues().rounds.getJob(`${name}-${round}`);

describe('the job that ends a round', () => {
  isAStory();

  it('is asked for when the clock starts, for the deadline, and carries an id alone', async () => {
    const [ann] = await talking();
    await until(async () => (await jobOf('end-round', ann.round)) !== undefined);
    const job = await jobOf('end-round', ann.round);
    expect(job?.data).to.deep.equal({ roundId: ann.round });
    expect(job?.delay).to.be.within(rules.roundSeconds * 1000, rules.roundSeconds * 1000 + 100);
    expect(await job?.getState()).to.equal('delayed');
  });

  it('and the one that settles it when the clock ends', async () => {
    const [ann] = await deciding();
    await until(async () => (await jobOf('settle-decisions', ann.round)) !== undefined);
    const job = await jobOf('settle-decisions', ann.round);
    expect(job?.delay).to.be.within(rules.decisionSeconds * 1000, rules.decisionSeconds * 1000 + 100);
  });

  it('that comes early changes nothing', async () => {
    const [ann, bob] = await talking();
    await jobs['end-round']({ roundId: ann.round });
    await jobs['settle-decisions']({ roundId: ann.round });
    expect(await statesOf(ann, bob)).to.deep.equal(['IN_CALL', 'IN_CALL']);
  });

  it('that comes twice, late or for nothing changes nothing', async () => {
    const [ann] = await deciding();
    const before = await roundOf(ann);
    await Promise.all([1, 2].map(() => jobs['end-round']({ roundId: ann.round })));
    expect(await roundOf(ann)).to.deep.equal(before);
    clock.advance(rules.decisionSeconds * 1000);
    await Promise.all([1, 2].map(() => jobs['settle-decisions']({ roundId: ann.round })));
    expect((await stepsOf(ann)).filter((step) => step === 'window_closed')).to.have.length(1);
  });
});

describe('a worker', () => {
  let stop: () => Promise<void>;
  beforeEach(() => {
    stop = () => Promise.resolve();
  });
  afterEach(async () => {
    await stop();
    await nothingIsBroken();
  });

  /** Moves the present to so many milliseconds before an instant, and asks for the job anew from there. */
  async function nearly(at: Date, ask: (at: Date) => void, name: JobName, round: string): Promise<void> {
    await until(async () => (await jobOf(name, round)) !== undefined);
    await (await jobOf(name, round))?.remove();
    clock.advance(at.getTime() - clock.ms() - 300);
    ask(at);
  }

  it('ends a round at its deadline, by the job alone', async () => {
    const [ann, bob] = await talking();
    const { deadline_at } = await roundOf(ann);
    await nearly(deadline_at!, (at) => scheduleEnd(ann.round, at), 'end-round', ann.round);
    stop = openWorker(roundsQueue, 1).close;
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'DECIDING'));
    expect((await roundOf(ann)).ended_at).to.deep.equal(deadline_at);
  });

  it('settles it when the window closes, by the job alone', async () => {
    const [ann, bob] = await deciding();
    const { decide_until } = await roundOf(ann);
    await nearly(decide_until!, (at) => scheduleSettle(ann.round, at), 'settle-decisions', ann.round);
    stop = openWorker(roundsQueue, 1).close;
    await until(async () => (await roundOf(ann)).settled_at !== null);
    expect(await statesOf(ann, bob)).to.deep.equal(['WAITING', 'WAITING']);
  });

  it('ends a round that no job knows of, by its sweeper', async () => {
    const [ann, bob] = await talking();
    clock.advance(rules.roundSeconds * 1000);
    stop = startWorker();
    await until(async () => (await statesOf(ann, bob)).every((state) => state === 'DECIDING'), 2_500);
  });

  it('clears away what was abandoned', async () => {
    const [ann] = await connecting();
    await sql(`UPDATE rounds SET matched_at = $1, ack_deadline_at = $2, join_deadline_at = $2`, [
      clock.after(-rules.abandonedAfterSeconds - 1),
      clock.after(3600), // as though the sweeper were blind
    ]);
    stop = startWorker();
    await openQueues().housekeeping.add('cancel-abandoned-rounds', {});
    await until(async () => (await roundOf(ann)).status === 'cancelled');
  });

  it('lets the jobs under way finish before it stops', async () => {
    const [ann, bob] = await talking();
    clock.advance(rules.roundSeconds * 1000);
    stop = startWorker();
    let stopped = false;
    await whileLocked([ann, bob], async () => {
      await until(async () => (await (await jobOf('end-round', ann.round))?.getState()) === 'delayed');
      await (await jobOf('end-round', ann.round))?.promote();
      await until(async () => (await (await jobOf('end-round', ann.round))?.getState()) === 'active');
      void stop().then(() => (stopped = true));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(stopped).to.equal(false);
    });
    await until(() => stopped);
    expect(await (await jobOf('end-round', ann.round))?.getState()).to.equal('completed');
    expect(await statesOf(ann, bob)).to.deep.equal(['DECIDING', 'DECIDING']);
    stop = () => Promise.resolve();
  });

  it('fails a job about a round that never was, and goes on', async () => {
    stop = startWorker();
    const job = await openQueues().rounds.add('end-round', { roundId: newId() }, { attempts: 1 });
    await until(async () => (await job.getState()) === 'failed');
    const [ann] = await placed('WAITING');
    expect(await statesOf(ann)).to.deep.equal(['WAITING']);
  });
});
