import type { RoundMode } from '#core/rules.ts';
import type { Api } from '../api/api.ts';
import { newKey } from '../api/key.ts';
import type { Problem } from '../api/problem.ts';
import { browserStorage } from '../api/storage.ts';
import type { ChatLine, Joined, RoundState } from '../api/wire.ts';
import { countdown, type Countdown } from '../countdown.ts';
import type { Journey } from '../journey/journey.ts';
import { onPage } from '../page.ts';
import { createStore, type Store } from '../store.ts';
import { openLine, type Signal } from './line.ts';
import { createMedia, type MediaState, type MediaSwitches } from './media.ts';
import { messageOf, put, settle, type Message } from './messages.ts';
import { createPicture, type Picture } from './picture.ts';
import type { Dots } from './quality.ts';
import type { Look } from './stats.ts';

/**
 * `connected` once media can flow (in a text round: once both are there), `reconnecting` while it does not any more,
 * `replaced` when another tab has the call, `over` when the round is, `failed` when no way was found for the media:
 * then the chat still works.
 */
export type CallPhase =
  'joining' | 'connecting' | 'connected' | 'reconnecting' | 'replaced' | 'over' | 'failed';

export interface CallSnapshot extends MediaSwitches {
  phase: CallPhase;
  /** The partner's sound and picture; another object after each new beginning. */
  remoteStream: MediaStream | null;
  /** What is left of the round at a time of performance.now(), ms; null before both are there. */
  remainingMs: Countdown['remainingMs'] | null;
  peer: { joined: boolean } & MediaSwitches;
  quality: Dots | null;
  messages: Message[];
  /** Why it failed, or is over before it began. */
  error: CallError | null;
}

export interface CallError {
  /** `no_route`, or the server's code. */
  code: string;
  detail: string;
}

export interface Call extends Store<CallSnapshot> {
  setMicrophone: (on: boolean) => void;
  setCamera: (on: boolean) => void;
  /** Sends another stream from now on: a device was chosen, or at last allowed. */
  useStream: (stream: MediaStream | null) => void;
  /** Says something in writing. @throws Problem; the line is then marked as failed */
  say: (text: string) => Promise<void>;
  /** Takes the page out of the call; the round goes on. The local stream stays the caller's. */
  close: () => void;
  /** The connection's statistics; null while there is none. */
  look: () => Promise<Look | null>;
}

export interface CallOptions {
  api: Api;
  /** Told of what the signals read says, and asked to be quiet meanwhile. */
  journey?: Pick<Journey, 'take'>;
  roundId: string;
  mode: RoundMode;
  role: 'offerer' | 'answerer';
  /** Null: receive only. The call can begin before there is one; give it to `useStream` then. */
  localStream: MediaStream | null;
  /** The round is over, or was cancelled. */
  onEnd?: () => void;
  /** Where the switches are remembered for a refresh. */
  memory?: Pick<Storage, 'getItem' | 'setItem'>;
}

/**
 * Takes this page into a round: joins, connects, keeps connected, and watches the round until it is over. Plain
 * functions and a store; it may be made and closed as often and as quickly as a screen likes.
 */
export function createCall(options: CallOptions): Call {
  const { api, journey, roundId, mode, role, localStream, onEnd, memory = browserStorage() } = options;
  const media = createMedia(localStream, memory, roundId);
  const store = createStore<CallSnapshot>({
    ...media.switches(),
    phase: 'joining',
    remoteStream: null,
    remainingMs: null,
    peer: { joined: false, microphone: true, camera: true },
    quality: null,
    messages: [],
    error: null,
  });
  const seat = journey?.take(roundId);
  let time: Countdown | null = null;
  let epoch: number | null = null;
  let closed = false;

  const line = openLine(
    api,
    roundId,
    {
      urgency: () => (store.getSnapshot().phase === 'connected' ? 'talking' : 'connecting'),
      seenOf: (version) => seat?.seenOf(version) ?? version,
    },
    { onJoined, onPeer: () => picture?.onPeer(), onSignal, onRound, onReplaced, onOver },
  );
  const picture: Picture | null =
    mode === 'video'
      ? createPicture({
          api,
          roundId,
          role,
          media,
          line,
          show: (changes) => store.set(changes),
          now: () => performance.now(),
        })
      : null;
  const forgets = [onPage('pagehide', farewell), onPage('pageshow', comeBack)];

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    setMicrophone: (on) => switchMedia({ microphone: on }),
    setCamera: (on) => switchMedia({ camera: on }),
    useStream: (stream) => {
      media.use(stream);
      tellMedia();
    },
    say,
    close,
    look: async () => (await picture?.look()) ?? null,
  };

  function onJoined(joined: Joined): void {
    epoch = joined.epoch;
    const { phase, messages } = store.getSnapshot();
    hear({ joined: joined.peer_epoch > 0 });
    keepTime(joined.remaining_ms);
    store.set({
      phase: phase === 'joining' ? 'connecting' : phase,
      messages: put(
        messages,
        joined.messages.map((one) => messageOf(one, one.mine)),
      ),
    });
    if (picture) picture.onJoined(joined);
    else if (joined.timer_started) store.set({ phase: 'connected' });
  }

  function onSignal(signal: Signal): void {
    if (signal.type === 'message') {
      const { messages } = store.getSnapshot();
      store.set({ messages: put(messages, [messageOf(signal.data as ChatLine, false)]) });
    } else if (signal.type === 'media-state') {
      const { microphone, camera, sending } = signal.data as MediaState;
      hear({ microphone, camera });
      picture?.expect(sending);
    } else picture?.onSignal(signal);
  }

  function onRound(round: RoundState): void {
    hear({ joined: round.peer.joined });
    keepTime(round.remaining_ms);
    if (!picture && round.state === 'IN_CALL') store.set({ phase: 'connected' });
    picture?.onRound(round);
    seat?.saw(round);
  }

  function onReplaced(): void {
    seat?.replaced();
    end('replaced', null);
  }

  function onOver(problem: Problem | null): void {
    end('over', problem && { code: problem.code, detail: problem.message });
    onEnd?.();
  }

  function end(phase: 'replaced' | 'over', error: CallError | null): void {
    if (closed) return;
    close();
    store.set({ phase, error, remoteStream: null, quality: null });
  }

  function close(): void {
    if (closed) return;
    closed = true;
    for (const forget of forgets) forget();
    line.close();
    picture?.close();
    seat?.release();
  }

  function hear(changes: Partial<CallSnapshot['peer']>): void {
    const { peer } = store.getSnapshot();
    const next = { ...peer, ...changes };
    if (JSON.stringify(next) !== JSON.stringify(peer)) store.set({ peer: next });
  }

  function keepTime(remainingMs: number | null): void {
    if (remainingMs === null) return;
    time = countdown(remainingMs, time);
    store.set({ remainingMs: time.remainingMs });
  }

  function switchMedia(changes: Partial<MediaSwitches>): void {
    media.set(changes);
    store.set(media.switches());
    tellMedia();
  }

  function tellMedia(): void {
    if (mode === 'video') line.send('media-state', media.state(), 'soon');
  }

  async function say(text: string): Promise<void> {
    const key = newKey();
    const message: Message = { id: key, text, mine: true, at: new Date().toISOString(), state: 'sending' };
    store.set({ messages: put(store.getSnapshot().messages, [message]) });
    try {
      const saved = messageOf(await api.say(roundId, text, key), true);
      store.set({ messages: settle(store.getSnapshot().messages, key, saved) });
    } catch (error) {
      store.set({ messages: put(store.getSnapshot().messages, [{ ...message, state: 'failed' }]) });
      throw error;
    }
  }

  /** The page goes, perhaps only to be loaded anew: the partner is released if nothing follows. */
  function farewell(): void {
    if (epoch !== null) void api.leave(roundId, epoch).catch(() => undefined);
  }

  /** The page was only put aside, and its connections with it. */
  function comeBack(event: Event): void {
    if ((event as PageTransitionEvent).persisted) line.rejoin();
  }
}
