import { inLiveRound } from '#core/journey/journey.ts';
import type { Api } from '../api/api.ts';
import type { MatchData } from '../api/wire.ts';
import type { Call } from '../call/engine.ts';
import type { Journey } from '../journey/journey.ts';
import type { Mirror } from '../media/mirror.ts';
import { backoffMs, sleep } from '../api/sleep.ts';
import type { Keep } from '../api/storage.ts';
import { createStore, type Store } from '../store.ts';
import { fetchEngine } from './fetchEngine.ts';
import { live } from './live.ts';
import { readPreferences } from './preferences.ts';

/** The call of this page, if there is one. */
export interface Stage extends Store<{ call: Call | null; stuck: boolean }> {
  /** Hangs up, and follows the journey no more. */
  close: () => void;
}

/**
 * Keeps one call for each round that the journey is in, whatever React mounts and unmounts meanwhile, and gives it
 * what the mirror shows: devices, and what is switched off, are the mirror's to say.
 * @param memory remembers the switches of a round for this person
 */
export function createStage(
  api: Api,
  journey: Journey,
  mirror: Mirror,
  memory: Keep,
  engine = fetchEngine,
): Stage {
  const store = createStore<{ call: Call | null; stuck: boolean }>({ call: null, stuck: false });
  let playing: string | null = null;
  let mode: 'video' | 'text' = 'video';
  let stream: MediaStream | null = null;
  const unfollow = [journey.subscribe(follow), mirror.subscribe(dress)];
  follow();
  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    close: () => {
      for (const one of unfollow) one();
      live.set({ live: false });
      hangUp();
    },
  };

  function hangUp(): void {
    playing = null;
    store.getSnapshot().call?.close();
    store.set({ call: null, stuck: false });
  }

  function follow(): void {
    const { state, match, elsewhere } = journey.getSnapshot();
    const round = inLiveRound(state) && !elsewhere ? match : null;
    live.set({ live: !elsewhere && inLiveRound(state) });
    if (!elsewhere && (state === 'WAITING' || round)) prepare();
    const roundId = round?.call_session_id ?? null;
    if (roundId === playing) return;
    hangUp();
    playing = roundId;
    if (round) void play(round);
  }

  /**
   * Gets ready before somebody is there. A page that was loaded anew has no camera: they have said yes to it in the
   * mirror, and a browser that asks again had better ask now.
   */
  function prepare(): void {
    engine().catch(() => undefined); // asked for again when the round begins
    if (mirror.getSnapshot().phase === 'closed' && readPreferences().mode !== 'text') void mirror.open();
  }

  async function play({ call_session_id: roundId, role, ...match }: MatchData): Promise<void> {
    const code = await load(roundId);
    if (!code || playing !== roundId) return;
    mode = match.mode;
    stream = mode === 'video' ? mirror.getSnapshot().stream : null;
    store.set({
      stuck: false,
      call: code.createCall({ api, journey, roundId, mode, role, localStream: stream, memory }),
    });
    dress();
  }

  /** The call's code, however often the network loses it: the partner is waiting. */
  async function load(roundId: string): Promise<Awaited<ReturnType<typeof engine>> | null> {
    for (let failures = 1; playing === roundId; failures += 1) {
      try {
        return await engine();
      } catch (error) {
        api.broke('code', error);
        store.set({ stuck: true });
        await sleep(backoffMs(failures));
      }
    }
    return null;
  }

  /** Puts what the mirror shows on the call. */
  function dress(): void {
    const { call } = store.getSnapshot();
    if (!call || mode === 'text') return;
    const reflection = mirror.getSnapshot();
    const { microphone, camera, phase } = call.getSnapshot();
    if (phase === 'replaced' || phase === 'over') return;
    if (reflection.stream !== stream) call.useStream((stream = reflection.stream));
    if (reflection.microphoneOn !== microphone) call.setMicrophone(reflection.microphoneOn);
    if (reflection.cameraOn !== camera) call.setCamera(reflection.cameraOn);
  }
}
