/** The tabs of one browser: one of them goes on with the journey, the others are told. */
export interface Tabs {
  /** Says that this tab goes on from here. */
  claim: () => void;
  /** This tab no longer goes on with it. */
  drop: () => void;
  /** Whether another tab goes on with it, as far as one can be heard within a moment. */
  taken: () => Promise<boolean>;
  /** Listens no more. */
  close: () => void;
}

interface TabEvents {
  /** Another tab goes on with what this one did. */
  onTaken: () => void;
  /** The tab that went on was closed, or loaded anew. */
  onFreed: () => void;
}

type Word = 'mine' | 'who' | 'here' | 'free';

const ownKey = 'minuet.tab';
const answerWithinMs = 250;

/**
 * Joins the tabs of this browser. A tab that is loaded anew goes on with what it had; a new tab takes nothing away from
 * the one that has it.
 */
export function createTabs({ onTaken, onFreed }: TabEvents): Tabs {
  if (typeof BroadcastChannel === 'undefined')
    return {
      claim: () => undefined,
      drop: () => undefined,
      taken: async () => false,
      close: () => undefined,
    };
  const channel = new BroadcastChannel('minuet.tabs');
  const say = (word: Word) => channel.postMessage(word);
  let mine = false;
  let had = wasReloaded() && sessionStorage.getItem(ownKey) !== null;
  let heard = (): void => undefined;

  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    // A channel does not hear itself.
    if (data === 'mine') {
      lose();
      onTaken();
    } else if (data === 'who' && mine) say('here');
    else if (data === 'here') heard();
    else if (data === 'free') onFreed();
  };
  const onHide = () => {
    if (mine) say('free');
  };
  addEventListener('pagehide', onHide);

  return {
    claim: () => {
      had = false;
      mine = true;
      sessionStorage.setItem(ownKey, 'mine');
      say('mine');
    },
    drop: giveUp,
    close: () => {
      giveUp();
      removeEventListener('pagehide', onHide);
      channel.close();
    },
    taken: async () => {
      if (mine || had) return false;
      return new Promise((resolve) => {
        const silence = setTimeout(() => resolve(false), answerWithinMs);
        heard = () => {
          clearTimeout(silence);
          resolve(true);
        };
        say('who');
      });
    },
  };

  function giveUp(): void {
    if (mine) say('free');
    lose();
  }

  function lose(): void {
    had = false;
    mine = false;
    sessionStorage.removeItem(ownKey);
  }
}

/** A duplicate of a tab has its storage too, so the storage alone does not tell. */
function wasReloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return entry?.type === 'reload';
}
