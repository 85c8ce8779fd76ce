import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { isAStory, roundOf, talking } from '../cast.ts';

describe('how a call went', () => {
  isAStory();

  it('is told by each of the two, and added to, until the hour may be closed', async () => {
    const [ann, bob] = await talking();
    const tell = async (who: typeof ann, body: object) =>
      (await who.visit('POST', `/api/video/quality/${ann.round}`, body)).status;
    const kept = async () => {
      const { participants } = (await roundOf(ann)) as unknown as {
        participants: { user_id: string; quality: object | null }[];
      };
      return participants.find(({ user_id }) => user_id === ann.id)?.quality;
    };
    expect(await tell(ann, { setup_ms: 320 })).to.equal(204);
    await ann.end();
    await bob.poll();
    clock.advance((rules.qualityWithinMinutes - 1) * 60_000);
    expect(await tell(ann, { rtt_ms: 40, loss: 0.01 })).to.equal(204);
    expect(await kept()).to.deep.equal({ setup_ms: 320, rtt_ms: 40, loss: 0.01 });
    clock.advance(2 * 60_000);
    expect(await tell(ann, { rtt_ms: 4_000 }), 'nobody waits for the answer').to.equal(204);
    expect(await kept()).to.deep.equal({ setup_ms: 320, rtt_ms: 40, loss: 0.01 });
  });
});
