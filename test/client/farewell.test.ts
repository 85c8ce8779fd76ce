import { expect } from 'chai';
import { watchFarewell } from '../../client/app/farewell.ts';
import { fakeJourney, match } from './inside.tsx';

const me = { match_id: 'm', reason: 'end', initiated_by: 'me', target_state: 'IDLE' } as const;

function watched() {
  const gone = { sessionId: null, state: 'IDLE', sessionStatus: 'none' } as const;
  const store = fakeJourney({}, { end: async () => store.set(gone), flag: async () => store.set(gone) });
  return { store, gone, ...watchFarewell(store) };
}

describe('the end of an evening', () => {
  it('is a loss when nobody said a word', () => {
    const { store, gone, farewell } = watched();
    store.set(gone);
    expect(farewell.getSnapshot().lost).to.equal(true);
  });

  it('is none when the person stopped, reported, or ended the date', async () => {
    for (const leave of ['end', 'flag'] as const) {
      const { journey, farewell } = watched();
      await journey[leave]();
      expect(farewell.getSnapshot().lost, leave).to.equal(false);
    }
    const { store, gone, farewell } = watched();
    store.set({ notice: me });
    store.set(gone);
    expect(farewell.getSnapshot().lost).to.equal(false);
  });

  it('is known to have been a report, from the date as from the question after it, until the next one begins', async () => {
    for (const state of ['IN_CALL', 'DECIDING'] as const) {
      const { store, journey, farewell } = watched();
      store.set({ state, match });
      await journey.flag({ matchId: match.call_session_id });
      expect(farewell.getSnapshot().reported, state).to.equal(true);
      expect(store.getSnapshot().sessionId, state).to.equal(null);
      store.set({ sessionId: 'next', state: 'WAITING' });
      expect(farewell.getSnapshot().reported).to.equal(false);
    }
  });

  it('is not brought about by a report of somebody met earlier', async () => {
    const ended: string[] = [];
    const store = fakeJourney(
      { match },
      { flag: async () => undefined, end: async () => void ended.push('end') },
    );
    const { journey, farewell } = watchFarewell(store);
    await journey.flag({ matchId: 'another' });
    expect([ended, farewell.getSnapshot().reported]).to.deep.equal([[], false]);
  });

  it('is forgotten with the next one', () => {
    const { store, gone, farewell } = watched();
    store.set(gone);
    store.set({ sessionId: 'next', state: 'WAITING' });
    expect(farewell.getSnapshot().lost).to.equal(false);
  });
});
