import { expect } from 'chai';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { limits } from '#api/limits.ts';
import { openDoor } from '../api/door.ts';
import { isAStory, talking, type Player } from '../cast.ts';
import { upTo } from './letters.ts';

// The limits as they are, unlike those of the other stories.
const door = openDoor({ rateLimitFactor: 1 });
const as = ({ me }: Player) => ({ Authorization: `Bearer ${signAccessToken(me, clock.now())}` });

const signal = (from: Player) =>
  door
    .post('/api/video/send-signal')
    .set(as(from))
    .send({ session_id: from.round, type: 'ice-candidate', data: 'x'.repeat(200) });

/** How often each status was answered. */
const tally = (answers: { status: number }[]) =>
  Object.fromEntries(
    [...new Set(answers.map(({ status }) => status))]
      .sort()
      .map((status) => [status, answers.filter((one) => one.status === status).length]),
  );

describe('a flood of signals', () => {
  isAStory();

  it('is counted by its bytes too: ten large batches are as many as a hundred small ones', async () => {
    const [ann, bob] = await talking();
    const large = () =>
      door
        .post('/api/video/send-signal')
        .set(as(ann))
        .send({
          session_id: ann.round,
          signals: upTo(11).map((client_seq) => ({ client_seq, type: 'offer', data: 'x'.repeat(16_000) })),
        });
    const answers = await Promise.all(upTo(30).map(large));
    expect(tally(answers)[429]).to.be.at.least(15);
    expect((await signal(bob)).status).to.equal(202);
  });

  it('is stopped at the flooder’s own limit: partner and strangers are answered as ever, and so is the flooder’s End', async () => {
    const { burst, perSecond } = limits.signal;
    const [ann, bob] = await talking();
    const [cid, dora] = await talking();
    const flood = Promise.all(upTo(3 * burst).map(() => signal(ann)));
    const others = Promise.all([
      ...upTo(20).map(() => signal(cid)),
      ...upTo(20).map(() => signal(bob)),
      ...[bob, cid, dora].flatMap((one) =>
        upTo(20).map(() =>
          door
            .get('/api/continuous-matching/next-match')
            .query({ session_id: one.session, seen: one.version })
            .set(as(one)),
        ),
      ),
    ]);

    expect(tally(await flood)).to.deep.equal({ 202: burst, 429: 2 * burst });
    expect((await others).map(({ status }) => status)).to.satisfy((all: number[]) =>
      all.every((status) => status < 300),
    );
    const refused = await signal(ann);
    expect([refused.status, refused.body.code]).to.deep.equal([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).to.equal(1);
    const { signals } = await bob.signals();
    expect(
      signals.filter(({ type }) => type === 'ice-candidate'),
      'what was let in is there',
    ).to.have.length(burst);

    clock.advance(1000);
    expect(tally(await Promise.all(upTo(2 * perSecond).map(() => signal(ann))))).to.deep.equal({
      202: perSecond,
      429: perSecond,
    });
    const end = await door.post(`/api/video/end-call/${ann.round}`).set(as(ann));
    expect([end.status, end.body.state]).to.deep.equal([200, 'IDLE']);
    expect((await bob.poll()).notice).to.include({ reason: 'end' });
  });
});
