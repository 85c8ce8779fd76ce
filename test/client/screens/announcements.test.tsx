import { expect } from 'chai';
import { useDocument } from '../dom.ts';
import { renderInside } from '../inside.tsx';

describe('the time that is left', () => {
  useDocument();

  /** Everything that was said while it ran from one second to another. */
  async function saidBetween(from: number, to: number): Promise<string[]> {
    const { act } = await import('@testing-library/react');
    const { useTimeAnnouncements } = await import('../../../client/screens/call/announcements.ts');
    const { Announcer } = await import('../../../client/components/announcer.tsx');
    let leftMs = from * 1000;
    const remainingMs = () => leftMs;
    function Date() {
      useTimeAnnouncements(remainingMs);
      return <Announcer />;
    }
    const { container } = await renderInside(<Date />);
    const live = container.querySelector('[aria-live]')!;
    const before = live.textContent;
    const said: string[] = [];
    for (; leftMs >= to * 1000; leftMs -= 10_000) {
      await act(() => new Promise((resolve) => setTimeout(resolve, 260))); // it looks four times a second
      const words = live.textContent.trim();
      if (live.textContent !== before && words !== '' && said.at(-1) !== words) said.push(words);
    }
    return said;
  }

  it('is said at sixty, thirty and ten seconds, once each', async () => {
    expect(await saidBetween(70, 0)).to.deep.equal([
      'One minute left.',
      'Thirty seconds left.',
      'Ten seconds left.',
    ]);
  });

  it('is not made up for to somebody who comes late', async () => {
    expect(await saidBetween(25, 5)).to.deep.equal(['Ten seconds left.']);
  });
});
