import { expect } from 'chai';
import { createApi, type Api } from '../../../client/api/api.ts';
import { Problem } from '../../../client/api/problem.ts';
import type { Joined, Mail, RoundState, VideoSession } from '../../../client/api/wire.ts';
import { openLine, type Line, type Signal } from '../../../client/call/line.ts';
import { until } from '../../until.ts';
import { fakeFetch, signedIn } from '../fakeFetch.ts';

/** A server for one person of one round. Each read takes the next mail, or is held until there is one. */
function openHouse() {
  const reads: { after: string | null; seen: number | undefined }[] = [];
  const mails: (Partial<Mail> & { round?: Partial<RoundState> })[] = [];
  const told: string[] = [];
  const pages: string[] = [];
  const state = { epoch: 0, peerEpoch: 0, joins: 0 };
  let wake = (): void => undefined;
  let failure: Problem | undefined;

  const api: Api = {
    ...createApi({ fetch: fakeFetch().fetch, tokens: signedIn() }),
    join: async (_id, page) => {
      pages.push(page);
      state.joins += 1;
      await pause(5);
      if (failure) throw failure;
      state.epoch += 1;
      return { epoch: state.epoch, peer_epoch: state.peerEpoch, cursor: 'g:0', state_version: 10 } as Joined;
    },
    signals: async (_id, after, { seen, signal }) => {
      reads.push({ after, seen });
      while (mails.length === 0 && !signal?.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve());
        });
      signal?.throwIfAborted();
      const { round, ...mail } = mails.shift() ?? {};
      const session: RoundState = {
        ...{ status: 'active', state: 'IN_CALL', state_version: 10, remaining_ms: 1000, notice: null },
        ...{ epoch: state.epoch, peer: { epoch: state.peerEpoch, joined: state.peerEpoch > 0 }, ...round },
      };
      return { signals: [], next: after, session, ...mail };
    },
    round: async () => ({ epoch: state.epoch }) as VideoSession,
    sendSignals: async (batch) => {
      if (failure) throw failure;
      return {
        acked: batch.signals.at(-1)?.client_seq ?? 0,
        epoch: batch.epoch,
        peer_epoch: state.peerEpoch,
      };
    },
  };
  const line: Line = openLine(
    api,
    `round ${Math.random()}`,
    { urgency: () => 'connecting', seenOf: (version) => version },
    {
      onJoined: ({ epoch }) => told.push(`joined ${epoch}`),
      onPeer: () => told.push('peer'),
      onSignal: ({ data }) => told.push(`signal ${String(data)}`),
      onRound: () => undefined,
      onReplaced: () => told.push('replaced'),
      onOver: (problem) => told.push(problem ? `over ${problem.code}` : 'over'),
    },
  );
  return {
    ...{ line, reads, told, state, pages },
    fail: (problem: Problem | undefined) => void (failure = problem),
    mail: async (one: (typeof mails)[number]) => {
      mails.push(one);
      wake();
      await pause(5);
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const signal = (epoch: number, data: string): Signal => ({
  seq: 1,
  epoch,
  type: 'offer',
  data,
  created_at: '',
});

describe('the line to the partner', () => {
  let house: ReturnType<typeof openHouse>;
  beforeEach(() => {
    house = openHouse();
  });
  afterEach(() => house.line.close());

  it('joins, then reads from the cursor that it was given, and goes on from each next one', async () => {
    await pause(20);
    await house.mail({ signals: [signal(1, 'hello')], next: 'g:1', round: { state_version: 12 } });
    expect(house.told).to.deep.equal(['joined 1', 'signal hello']);
    expect(house.reads).to.deep.equal([
      { after: 'g:0', seen: 10 },
      { after: 'g:1', seen: 12 },
    ]);
  });

  it('drops what comes from a page that the partner has left', async () => {
    house.state.peerEpoch = 2;
    await pause(20);
    await house.mail({ signals: [signal(1, 'from before'), signal(2, 'from now')] });
    expect(house.told).to.deep.equal(['joined 1', 'signal from now']);
  });

  it('tells of the partner’s new page before anything that comes from it', async () => {
    house.state.peerEpoch = 1;
    await pause(20);
    await house.mail({ signals: [signal(2, 'from the new page')] });
    expect(house.told).to.deep.equal(['joined 1', 'peer', 'signal from the new page']);
  });

  it('takes the partner’s first page for the one that it wrote to', async () => {
    await pause(20);
    await house.mail({ round: { peer: { epoch: 1, joined: true } } });
    expect(house.told).to.deep.equal(['joined 1']);
  });

  it('begins anew when the partner’s first page is gone before it was known', async () => {
    await pause(20);
    await house.mail({ round: { peer: { epoch: 2, joined: true } } });
    expect(house.told).to.deep.equal(['joined 1', 'peer']);
  });

  it('joins again when the log was lost', async () => {
    await pause(20);
    await house.mail({ reset: true, next: null });
    await pause(20);
    expect(house.told).to.deep.equal(['joined 1', 'joined 2']);
    expect(new Set(house.pages)).to.have.property('size', 2);
  });

  it('tries to join under the same key until it is answered: a lost join may yet arrive', async () => {
    house.fail(new Problem('unreachable', 0));
    await until(() => house.state.joins >= 2);
    house.fail(undefined);
    await until(() => house.told.length > 0);
    expect(house.told).to.deep.equal(['joined 1']);
    expect(new Set(house.pages)).to.have.property('size', 1);
  });

  it('is out when another tab has joined', async () => {
    await pause(20);
    await house.mail({ round: { epoch: 2 } });
    await pause(20);
    expect(house.told).to.deep.equal(['joined 1', 'replaced']);
    expect(house.state.joins).to.equal(1);
  });

  it('is out when its signals are refused because another tab has joined', async () => {
    await pause(20);
    house.state.epoch = 2;
    house.fail(new Problem('replaced', 409));
    house.line.send('offer', 'sdp', 'now');
    await pause(20);
    expect(house.told).to.deep.equal(['joined 1', 'replaced']);
  });

  it('joins again when its signals are refused although nobody else has joined', async () => {
    await pause(20);
    house.fail(new Problem('replaced', 409));
    house.line.send('offer', 'sdp', 'now');
    await pause(2);
    house.fail(undefined);
    await pause(30);
    expect(house.told).to.deep.equal(['joined 1', 'joined 2']);
  });

  it('says once that the round is over, and reads no more', async () => {
    await pause(20);
    await house.mail({ round: { status: 'completed', state: 'DECIDING' } });
    await pause(20);
    expect(house.told).to.deep.equal(['joined 1', 'over']);
    expect(house.reads).to.have.length(1);
  });

  it('says why it could not be joined', async () => {
    house.fail(new Problem('round_cancelled', 410));
    await pause(20);
    expect(house.told).to.deep.equal(['over round_cancelled']);
  });

  it('joins nothing when it is closed at once, as React’s StrictMode does', async () => {
    house.line.close();
    await pause(20);
    expect(house.state.joins).to.equal(0);
  });
});
