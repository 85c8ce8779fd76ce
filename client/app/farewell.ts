import type { Journey } from '../journey/journey.ts';
import { createStore, type Store } from '../store.ts';

/** Whether the last session ended without a word of the person's: a closed laptop, a lost network. */
export type Farewell = Store<{ lost: boolean }>;

/** Watches how sessions end. @returns the journey, whose ways home are words, and what was seen */
export function watchFarewell(journey: Journey): { journey: Journey; farewell: Farewell } {
  const store = createStore({ lost: false });
  let before = journey.getSnapshot().sessionId;
  let said = false;

  journey.subscribe(() => {
    const { sessionId, notice } = journey.getSnapshot();
    if (sessionId === before) return;
    store.set({ lost: sessionId === null && !said && notice?.initiated_by !== 'me' });
    before = sessionId;
    said = false;
  });

  const end: Journey['end'] = () => {
    said = true;
    return journey.end();
  };
  const flag: Journey['flag'] = (report) => {
    said = true;
    return journey.flag(report);
  };
  return {
    journey: { ...journey, end, flag },
    farewell: { subscribe: store.subscribe, getSnapshot: store.getSnapshot },
  };
}
