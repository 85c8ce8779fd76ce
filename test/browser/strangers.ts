import { setTimeout as sleep } from 'node:timers/promises';
import { guest } from '../story/guest.ts';

const pauseMs = 2_000; // a search on the page is seen for a moment before it finds one of them

/**
 * Strangers who search, one after the other, on video or in writing: each joins, writes a line, votes yes and leaves.
 * They send no sound and no picture.
 * @returns ends it
 */
export function strangersSearch(address: string): () => Promise<void> {
  const ending = new AbortController();
  const isEnding = () => ending.signal.aborted;
  const searching = search();
  return async () => {
    ending.abort();
    await searching;
  };

  async function search(): Promise<void> {
    while (!isEnding()) {
      await meetOne().catch(() => undefined); // blocked, restricted, skipped: the next one comes
      await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  async function meetOne(): Promise<void> {
    const stranger = await guest([address], { display_name: 'Robin' });
    await stranger.start({ mode: 'both' });
    let hasMet = false;
    while (!isEnding()) {
      const { state } = await stranger.next({ wait: 1, seen: stranger.version });
      if (state === 'CONNECTING' && stranger.epoch === 0) {
        await stranger.join();
        await stranger.send('POST', `/api/video/messages/${stranger.round}`, { text: 'Good evening!' });
        hasMet = true;
      } else if (state === 'DECIDING') {
        await stranger.decide('continue');
        await sleep(500);
      } else if (hasMet && (state === 'WAITING' || state === 'IDLE')) break;
    }
    await stranger.stop();
  }
}
