import { inLiveRound } from '#core/journey/journey.ts';
import { createApi, type Api } from '../../../client/api/api.ts';
import type { Holding } from '../../../client/api/holding.ts';
import { createCall, type Call } from '../../../client/call/engine.ts';
import { createJourney, type Journey } from '../../../client/journey/journey.ts';

/** What the tests reach into: the client without screens. */
export interface Bare {
  api: Api;
  journey: Journey;
  call: Call | null;
  /** Moments of performance.now(): when the present round was known, connected, and first seen. */
  marks: { loaded: number; known?: number; connected?: number; frame?: number };
  /** How many rounds have come to an end. */
  ends: number;
  connections: RTCPeerConnection[];
  /** The addresses of all requests so far. */
  asked: string[];
  /** How often an offer of ours gave way to the partner's, and how many descriptions were refused. */
  glares: { yielded: number; refused: number };
  stream: Promise<MediaStream | null>;
}

declare global {
  interface Window {
    bare: Bare;
  }
}

const wishes = new URLSearchParams(location.search);
const video = document.querySelector('video') as HTMLVideoElement;
const everyMs = Number(wishes.get('every') ?? 0);
const asked: string[] = [];
const api = createApi({ fetch: ask, ...(everyMs > 0 && { holding: atIntervals(everyMs) }) });

const bare: Bare = (window.bare = {
  api,
  journey: createJourney(api),
  call: null,
  marks: { loaded: performance.now() },
  ends: 0,
  connections: [],
  asked,
  glares: { yielded: 0, refused: 0 },
  stream: openStream(wishes.get('media') ?? 'both'),
});
noteConnections();
bare.journey.subscribe(show);
show();

async function openStream(media: string): Promise<MediaStream | null> {
  if (media === 'none') return null;
  const picture = { width: 320, height: 240, frameRate: 30 }; // a small machine encodes all of them
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: media === 'both' && picture });
  } catch {
    return null; // receive only
  }
}

function ask(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  asked.push(input instanceof Request ? input.url : String(input));
  return fetch(input, init);
}

/** As the guide has it: every so often, never held. */
function atIntervals(delayMs: number): Holding {
  return {
    next: () => ({ delayMs, waitSeconds: 0 }),
    answered: () => undefined,
    cut: () => undefined,
    isCut: () => true,
  };
}

/** As the screens do: a call for every round, closed when the round is over. */
function show(): void {
  const { state, match, elsewhere } = bare.journey.getSnapshot();
  const live = inLiveRound(state) && !elsewhere && match !== null;
  if (live && !bare.call) open(match.call_session_id, match.role, match.mode);
  if (!live && bare.call) {
    bare.call.close();
    bare.call = null;
  }
}

function open(roundId: string, role: 'offerer' | 'answerer', mode: 'video' | 'text'): void {
  bare.marks = { loaded: bare.marks.loaded, known: performance.now() };
  const make = () =>
    createCall({
      api,
      journey: bare.journey,
      roundId,
      role,
      mode,
      localStream: null,
      onEnd: () => (bare.ends += 1),
    });
  if (wishes.has('strict')) make().close();
  const call = (bare.call = make());
  if (mode === 'video') void bare.stream.then((stream) => stream && call.useStream(stream));
  call.subscribe(() => watch(call));
}

function watch(call: Call): void {
  const { phase, remoteStream } = call.getSnapshot();
  if (phase === 'connected') bare.marks.connected ??= performance.now();
  if (!remoteStream || video.srcObject === remoteStream) return;
  video.srcObject = remoteStream;
  video.requestVideoFrameCallback((now) => (bare.marks.frame ??= now));
}

/** The tests look into connections that the client keeps to itself. */
function noteConnections(): void {
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      bare.connections.push(this);
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const offered = this.signalingState === 'have-local-offer';
      try {
        await super.setRemoteDescription(description);
        if (offered && description.type === 'offer') bare.glares.yielded += 1;
      } catch (error) {
        bare.glares.refused += 1;
        throw error;
      }
    }
  };
}
