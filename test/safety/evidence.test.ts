import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { nothingIsBroken, person, roundOf, talking } from '../cast.ts';
import { withoutRedis } from '../outage.ts';

interface Evidence {
  gathered_at: string;
  round: { id: string; status: string; started_at: string; user1_id: string; user2_id: string };
  participants: { user_id: string; device_id: string; joined_at: string; epoch: number }[];
  events: { user_id: string; event: string; from_state: string; to_state: string; at: string }[];
  lines: { user_id: string; text: string }[];
  signals: Record<string, number> | null;
}

async function evidence(): Promise<Evidence> {
  const [row] = await sql<{ evidence: Evidence }>('SELECT evidence FROM flags');
  return row!.evidence;
}

describe('the evidence of a flag', () => {
  afterEach(nothingIsBroken);

  it('is what the server knows: who, when, where each one was, what was written, how much was signalled', async () => {
    const [ann, bob] = await talking();
    await ann.send({ session_id: ann.round, type: 'offer', data: { sdp: 'v=0 secret of the network' } });
    await ann.send({ session_id: ann.round, type: 'ice-candidate', data: { candidate: '192.0.2.7' } });
    await bob.say('something nasty');
    await ann.say('Stop it');
    clock.advance(5_000);
    await ann.flag();

    const { round, participants, events, lines, signals, gathered_at } = await evidence();
    const { started_at, ended_at } = await roundOf(ann);
    expect(round).to.include({ id: ann.round, status: 'active', started_at: started_at!.toISOString() });
    expect(Date.parse(gathered_at)).to.equal(ended_at!.getTime());
    expect(
      participants.map(({ user_id, device_id, epoch }) => [user_id, device_id, epoch]),
    ).to.have.deep.members([
      [ann.id, ann.me.deviceId, 1],
      [bob.id, bob.me.deviceId, 1],
    ]);
    expect(
      events.filter(({ user_id }) => user_id === bob.id).map(({ event, to_state }) => [event, to_state]),
    ).to.deep.equal([
      ['paired', 'CONNECTING'],
      ['peer_joined', 'CONNECTING'],
      ['started', 'IN_CALL'],
    ]);
    expect(lines.map(({ user_id, text }) => [user_id, text])).to.deep.equal([
      [bob.id, 'something nasty'],
      [ann.id, 'Stop it'],
    ]);
    expect(signals).to.deep.equal({ [ann.id]: 1, [bob.id]: 3 });
  });

  it('holds no SDP and no address', async () => {
    const [ann, bob] = await talking();
    await ann.send({ session_id: ann.round, type: 'offer', data: { sdp: 'v=0 secret of the network' } });
    await bob.send({ session_id: ann.round, type: 'ice-candidate', data: { candidate: '192.0.2.7' } });
    await ann.flag();
    const text = JSON.stringify(await evidence());
    expect(text).to.not.include('v=0').and.not.include('192.0.2');
  });

  it('lacks the signals alone when Redis is away', async () => {
    const [ann, bob] = await talking();
    await bob.say('something nasty');
    await withoutRedis(() => ann.flag());
    const { signals, lines, participants } = await evidence();
    expect(signals).to.be.null;
    expect([lines.length, participants.length]).to.deep.equal([1, 2]);
    clock.advance(2_000);
    await sweep();
  });

  it('is that of the first flag: a repeated one, after the mailbox has gone, does not thin it', async () => {
    const [ann, bob] = await talking();
    await bob.send({ session_id: ann.round, type: 'bye', data: 1 });
    await ann.flag();
    const before = await evidence();
    clock.advance(120_000);
    await ann.flag({ reason: 'He would not stop' });
    expect(await evidence()).to.deep.equal(before);
  });

  it('of a late flag tells how the round ended', async () => {
    const [ann, bob] = await talking(await person(), await person());
    await bob.end();
    clock.advance(60_000);
    await ann.flag();
    const { round, events } = await evidence();
    expect(round).to.include({ status: 'completed', end_reason: 'end', ended_by: bob.id });
    expect(events.map(({ event }) => event)).to.include.members(['end', 'partner_end']);
  });
});
