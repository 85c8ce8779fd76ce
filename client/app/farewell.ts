import { inLiveRound } from '#core/journey/journey.ts';
import type { Journey } from '../journey/journey.ts';
import { createStore, type Store } from '../store.ts';

/** How the last session ended. */
export type Farewell = Store<{
  /** Without a word of the person's: a closed laptop, a lost network. */
  lost: boolean;
  /** By their report of the partner. */
  reported: boolean;
}>;

/**
 * Watches how sessions end. A report from a date or from the question after it is the way home, too: nobody is to meet
 * the next stranger while they write down what the last one did.
 * @returns the journey, whose ways home are words, and what was seen
 */
export function watchFarewell(journey: Journey): { journey: Journey; farewell: Farewell } {
  const store = createStore({ lost: false, reported: false });
  let before = journey.getSnapshot().sessionId;
  let said = false;

  journey.subscribe(() => {
    const { sessionId, notice } = journey.getSnapshot();
    if (sessionId === before) return;
    store.set({ lost: sessionId === null && !said && notice?.initiated_by !== 'me' });
    if (sessionId !== null) store.set({ reported: false });
    before = sessionId;
    said = false;
  });

  const end: Journey['end'] = () => {
    said = true;
    return journey.end();
  };
  const flag: Journey['flag'] = async (report) => {
    const { state, match } = journey.getSnapshot();
    const isAtHand = report?.matchId === undefined || report.matchId === match?.call_session_id;
    said = true;
    const saved = await journey.flag(report);
    if (isAtHand && (inLiveRound(state) || state === 'DECIDING')) {
      store.set({ reported: true });
      const { sessionId, state: now } = journey.getSnapshot();
      if (sessionId !== null && now !== 'IDLE') await end().catch(() => undefined); // it is saved all the same
    }
    return saved;
  };
  return {
    journey: { ...journey, end, flag },
    farewell: { subscribe: store.subscribe, getSnapshot: store.getSnapshot },
  };
}
