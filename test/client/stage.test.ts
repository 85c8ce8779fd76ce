import { expect } from 'chai';
import type { Api } from '../../client/api/api.ts';
import type { CallOptions, createCall } from '../../client/call/engine.ts';
import type { Mirror } from '../../client/media/mirror.ts';
import { createStore } from '../../client/store.ts';
import { useDocument } from './dom.ts';
import { memory } from './fakeFetch.ts';
import { fakeJourney, match } from './inside.tsx';

describe('the stage', () => {
  useDocument();

  async function setUp(state: 'IDLE' | 'WAITING' = 'IDLE') {
    const sight = { looking: true };
    const said: string[] = [];
    const reflection = createStore({
      phase: 'open',
      stream: null as object | null,
      microphoneOn: true,
      cameraOn: true,
    });
    const mirror = {
      ...reflection,
      open: async () => void said.push('opens the mirror'),
      close: () => said.push('closes the mirror'),
    } as unknown as Mirror;
    const journey = fakeJourney({ state });
    const fakeCall = (({ roundId, mode }: CallOptions) => {
      said.push(`calls ${roundId} ${mode}`);
      const call = createStore({ phase: 'connected', microphone: true, camera: true });
      return {
        ...call,
        close: () => said.push(`closes ${roundId}`),
        useStream: () => said.push('another stream'),
        setMicrophone: (microphone: boolean) => (
          call.set({ microphone }),
          said.push(`microphone ${microphone}`)
        ),
        setCamera: (camera: boolean) => (call.set({ camera }), said.push(`camera ${camera}`)),
      };
    }) as unknown as typeof createCall;
    const { createStage } = await import('../../client/app/stage.ts');
    const stage = createStage({} as Api, journey, mirror, memory(), {
      engine: async () => ({ createCall: fakeCall }),
      isLooking: () => sight.looking,
    });
    const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
    return { said, sight, reflection, journey, stage, settle };
  }

  it('calls once for a round, whatever is told of it, and closes when it is over', async () => {
    const { said, journey, stage, settle } = await setUp();
    journey.set({ state: 'CONNECTING', match });
    await settle();
    journey.set({ state: 'IN_CALL', match: { ...match } });
    await settle();
    expect(said).to.deep.equal(['calls round video']);
    journey.set({ state: 'DECIDING' });
    await settle();
    expect(said).to.deep.equal(['calls round video', 'closes round']);
    expect(stage.getSnapshot().call).to.equal(null);
  });

  it('closes one round before the next', async () => {
    const { said, journey, settle } = await setUp();
    journey.set({ state: 'CONNECTING', match });
    await settle();
    journey.set({ match: { ...match, call_session_id: 'next' } });
    await settle();
    expect(said).to.deep.equal(['calls round video', 'closes round', 'calls next video']);
  });

  it('calls nobody when the round is over before the code has come', async () => {
    const { said, journey, settle } = await setUp();
    journey.set({ state: 'CONNECTING', match });
    journey.set({ state: 'WAITING' });
    await settle();
    expect(said).to.deep.equal([]);
  });

  it('gives the call what the mirror shows', async () => {
    const { said, journey, reflection, settle } = await setUp();
    journey.set({ state: 'CONNECTING', match });
    await settle();
    said.length = 0;
    reflection.set({ microphoneOn: false });
    reflection.set({ stream: {}, cameraOn: false });
    expect(said).to.deep.equal(['microphone false', 'another stream', 'camera false']);
  });

  it('leaves the call to another tab, and takes it back', async () => {
    const { said, journey, settle } = await setUp();
    journey.set({ state: 'IN_CALL', match });
    await settle();
    journey.set({ elsewhere: true });
    journey.set({ elsewhere: false });
    await settle();
    expect(said).to.deep.equal(['calls round video', 'closes round', 'calls round video']);
  });

  it('opens the mirror of a page that was loaded anew, unless the dates are in writing', async () => {
    const { said, journey, reflection } = await setUp();
    reflection.set({ phase: 'closed' });
    journey.set({ state: 'WAITING' });
    expect(said).to.deep.equal(['opens the mirror']);
  });

  it('offers a round that begins unseen, and joins it on a tap alone', async () => {
    const { said, sight, journey, stage, reflection, settle } = await setUp('WAITING');
    reflection.set({ phase: 'closed' });
    said.length = 0;
    sight.looking = false;
    journey.set({ state: 'CONNECTING', match });
    sight.looking = true;
    journey.set({ match: { ...match } });
    await settle();
    expect(said, 'coming back is not yet a yes').to.deep.equal([]);
    expect(stage.getSnapshot().offered?.call_session_id).to.equal('round');
    stage.join();
    await settle();
    expect(said).to.deep.equal(['opens the mirror', 'calls round video']);
    expect(stage.getSnapshot().offered).to.equal(null);
  });

  it('offers no more once the time to join is over', async () => {
    const { said, sight, journey, stage, settle } = await setUp('WAITING');
    sight.looking = false;
    journey.set({ state: 'CONNECTING', match });
    journey.set({ state: 'IDLE' });
    stage.join();
    await settle();
    expect(stage.getSnapshot().offered).to.equal(null);
    expect(said).to.deep.equal([]);
  });
});
