import { inLiveRound } from '#core/journey/journey.ts';
import type { Api } from '../api/api.ts';
import type { Call } from '../call/engine.ts';
import type { Journey } from '../journey/journey.ts';
import type { Mirror } from '../media/mirror.ts';
import { createStore, type Store } from '../store.ts';

/** The call of this page, if there is one. */
export interface Stage extends Store<{ call: Call | null }> {
  /** Fetches the call's code before it is needed. */
  prepare: () => void;
}

/**
 * Keeps one call for each round that the journey is in, whatever React mounts and unmounts meanwhile, and gives it
 * what the mirror shows: devices, and what is switched off, are the mirror's to say.
 */
export function createStage(api: Api, journey: Journey, mirror: Mirror): Stage {
  const store = createStore<{ call: Call | null }>({ call: null });
  let playing: string | null = null;
  let stream: MediaStream | null = null;
  const engine = () => import('../call/engine.ts');
  journey.subscribe(follow);
  mirror.subscribe(dress);
  follow();

  return { subscribe: store.subscribe, getSnapshot: store.getSnapshot, prepare: () => void engine() };

  function follow(): void {
    const { state, match, elsewhere } = journey.getSnapshot();
    const round = inLiveRound(state) && !elsewhere ? match : null;
    if (round?.call_session_id === playing || (!round && playing === null)) return;
    playing = round?.call_session_id ?? null;
    store.getSnapshot().call?.close();
    store.set({ call: null });
    if (round) void play(round.call_session_id, round.mode, round.role);
  }

  async function play(roundId: string, mode: 'video' | 'text', role: 'offerer' | 'answerer'): Promise<void> {
    // A page that was loaded anew has no camera yet; the call does not wait for it.
    if (mode === 'video' && mirror.getSnapshot().phase === 'closed') void mirror.open();
    const { createCall } = await engine();
    if (playing !== roundId) return;
    stream = mode === 'video' ? mirror.getSnapshot().stream : null;
    store.set({ call: createCall({ api, journey, roundId, mode, role, localStream: stream }) });
    dress();
  }

  /** Puts what the mirror shows on the call. */
  function dress(): void {
    const { call } = store.getSnapshot();
    if (!call) return;
    const reflection = mirror.getSnapshot();
    const { microphone, camera, phase } = call.getSnapshot();
    if (phase === 'replaced' || phase === 'over') return;
    if (reflection.stream !== stream) call.useStream((stream = reflection.stream));
    if (reflection.microphoneOn !== microphone) call.setMicrophone(reflection.microphoneOn);
    if (reflection.cameraOn !== camera) call.setCamera(reflection.cameraOn);
  }
}
