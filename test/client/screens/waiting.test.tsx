import { expect } from 'chai';
import type { Queue } from '../../../client/api/wire.ts';
import { useDocument } from '../dom.ts';
import { fakeJourney, renderInside } from '../inside.tsx';

const line = (more: Partial<Queue> = {}, agoMs = 2_000): Queue => ({
  position: 3,
  size: 12,
  estimated_wait_seconds: 22,
  waiting_since: new Date(Date.now() - agoMs).toISOString(),
  cooldown_until: null,
  ...more,
});

describe('the line', () => {
  useDocument();

  async function waits(queue: Queue, more = {}, verbs = {}) {
    const { Waiting } = await import('../../../client/screens/waiting/waiting.tsx');
    await renderInside(<Waiting />, { journey: fakeJourney({ queue, ...more }, verbs) });
    return import('@testing-library/react');
  }

  it('says where one stands and how long it is likely to take', async () => {
    const { screen } = await waits(line());
    expect(screen.getByText('3 of 12')).to.exist;
    expect(screen.getByText('about 25 s')).to.exist;
    expect(screen.getByText('We are looking for the best company first.')).to.exist;
  });

  it('says what is being relaxed after half a minute, and what never is', async () => {
    const { screen } = await waits(line({}, 31_000));
    expect(screen.getByText(/shared interests count less/).textContent).to.contain('stay as you set them');
  });

  it('counts from zero on a device whose date is wrong', async () => {
    const { screen } = await waits(line({}, -7_200_000));
    expect(screen.getByText('0:00')).to.exist;
  });

  it('says how long a cooldown lasts, without a place', async () => {
    const { screen } = await waits(line({ cooldown_until: new Date(Date.now() + 59_500).toISOString() }));
    expect(screen.getByText(/Your next date begins in (1:00|0:5\d)/)).to.exist;
    expect(screen.queryByText('3 of 12')).to.equal(null);
  });

  it('tells kindly how the last date ended', async () => {
    const notice = { match_id: 'm', reason: 'skip', initiated_by: 'partner', target_state: 'WAITING' };
    const { screen } = await waits(line(), { notice });
    expect(screen.getByText('They moved on. It happens to everybody.')).to.exist;
  });

  it('offers a fresh session when everybody who is here was met, whatever the message says', async () => {
    let started = 0;
    const start = async () => void (started += 1);
    const { fireEvent, screen } = await waits(line(), { nobodyNew: true, message: '' }, { start });
    expect(screen.getByText('You have met everybody who is here.')).to.exist;
    fireEvent.click(screen.getByRole('button', { name: 'Begin a fresh evening' }));
    expect(started).to.equal(1);
  });

  it('offers none otherwise', async () => {
    const { screen } = await waits(line(), { message: 'You have met everybody: nobody new is here' });
    expect(screen.queryByRole('button', { name: 'Begin a fresh evening' })).to.equal(null);
  });

  it('stops on one click', async () => {
    let ended = 0;
    const { fireEvent, screen } = await waits(line(), {}, { end: async () => void (ended += 1) });
    fireEvent.click(screen.getByRole('button', { name: 'Stop looking' }));
    expect(ended).to.equal(1);
  });
});
