import { inLiveRound } from '#core/journey/journey.ts';
import type { Api } from '../api/api.ts';
import type { Keep } from '../api/storage.ts';
import type { MatchData } from '../api/wire.ts';
import type { Call } from '../call/engine.ts';
import type { Journey } from '../journey/journey.ts';
import type { Mirror } from '../media/mirror.ts';
import { backoffMs, sleep } from '../api/sleep.ts';
import { createStore, type Store } from '../store.ts';
import { fetchEngine } from './fetchEngine.ts';
import { live } from './live.ts';
import { readPreferences } from './preferences.ts';

interface StageSnapshot {
  /** The call of this page, if there is one. */
  call: Call | null;
  stuck: boolean;
  /** The round that the person was not looking for when it began: it waits for their tap. */
  offered: MatchData | null;
}

export interface Stage extends Store<StageSnapshot> {
  /** Joins the round that is offered. */
  join: () => void;
  /** Gets camera and code ready when the person looks at the date while a search or a round goes on. */
  prepare: () => void;
  /** Hangs up, and follows the journey no more. */
  close: () => void;
}

interface Options {
  engine?: typeof fetchEngine;
  /** Whether the person looks at the date now. */
  isLooking?: () => boolean;
}

/** The page is in sight, and shows the date and no other screen. */
const looksAtDate = () => document.visibilityState === 'visible' && location.pathname === '/date';

/**
 * Keeps one call for each round that the journey is in, whatever React mounts and unmounts meanwhile, and gives it
 * what the mirror shows: devices, and what is switched off, are the mirror's to say. A round that begins while the
 * person looks elsewhere is offered and not joined: no camera goes live unseen.
 * @param memory remembers the switches of a round for this person
 */
export function createStage(
  api: Api,
  journey: Journey,
  mirror: Mirror,
  memory: Keep,
  { engine = fetchEngine, isLooking = looksAtDate }: Options = {},
): Stage {
  const store = createStore<StageSnapshot>({ call: null, stuck: false, offered: null });
  let playing: string | null = null;
  let mode: 'video' | 'text' = 'video';
  let stream: MediaStream | null = null;
  const unfollow = [journey.subscribe(follow), mirror.subscribe(dress)];
  follow();
  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    join,
    prepare,
    close: () => {
      for (const one of unfollow) one();
      live.set({ live: false });
      hangUp();
    },
  };

  function hangUp(): void {
    playing = null;
    store.getSnapshot().call?.close();
    store.set({ call: null, stuck: false, offered: null });
  }

  function follow(): void {
    const round = roundNow();
    const roundId = round?.call_session_id ?? null;
    if (roundId !== playing) {
      hangUp();
      playing = roundId;
      if (round && isLooking()) void play(round);
      else if (round) store.set({ offered: round });
    }
    live.set({ live: round !== null && !store.getSnapshot().offered });
    if (journey.getSnapshot().state === 'WAITING' && isLooking()) prepare();
  }

  function roundNow(): MatchData | null {
    const { state, match, elsewhere } = journey.getSnapshot();
    return inLiveRound(state) && !elsewhere ? match : null;
  }

  function join(): void {
    const { offered } = store.getSnapshot();
    if (!offered) return;
    store.set({ offered: null });
    live.set({ live: true });
    void play(offered);
  }

  /**
   * A page that was loaded anew has no camera: they have said yes to it in the mirror, and a browser that asks again
   * had better ask now, before somebody is there.
   */
  function prepare(): void {
    const { state, elsewhere } = journey.getSnapshot();
    const { offered, call } = store.getSnapshot();
    if (elsewhere || offered || (state !== 'WAITING' && !inLiveRound(state))) return;
    engine().catch(() => undefined); // asked for again when the round begins
    if (call?.getSnapshot().phase === 'failed') return; // what is left of it is in writing
    if (mirror.getSnapshot().phase === 'closed' && readPreferences().mode !== 'text') void mirror.open();
  }

  async function play({ call_session_id: roundId, role, ...match }: MatchData): Promise<void> {
    prepare();
    const code = await load(roundId);
    if (!code || playing !== roundId) return;
    mode = match.mode;
    stream = mode === 'video' ? mirror.getSnapshot().stream : null;
    const call = code.createCall({ api, journey, roundId, mode, role, localStream: stream, memory });
    call.subscribe(() => call.getSnapshot().phase === 'failed' && mirror.close());
    store.set({ stuck: false, call });
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
