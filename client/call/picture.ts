import type { Api } from '../api/api.ts';
import type { Joined, RoundState } from '../api/wire.ts';
import { connect, type Connection } from './connection.ts';
import type { CallPhase, CallSnapshot } from './engine.ts';
import type { Line, Signal } from './line.ts';
import type { Media } from './media.ts';
import { createQuality } from './quality.ts';
import { judge, noStall, type Stall } from './stall.ts';
import { lookAt, type Look } from './stats.ts';
import { keepAwake } from './wakeLock.ts';

/** Sound and picture of a call: the connection of the moment, watched, mended, and begun anew when need be. */
export interface Picture {
  onJoined: (joined: Joined) => void;
  /** The partner has another page now: what we have with the one before is worth nothing. */
  onPeer: () => void;
  onSignal: (signal: Signal) => void;
  onRound: (round: RoundState) => void;
  /** Whether the partner sends anything that could be missed. */
  expect: (sending: boolean) => void;
  look: () => Promise<Look | null>;
  close: () => void;
}

interface Options {
  api: Api;
  roundId: string;
  role: Joined['role'];
  media: Media;
  line: Pick<Line, 'send' | 'clear' | 'rejoin'>;
  show: (changes: Partial<CallSnapshot>) => void;
  now: () => number;
}

type Ice = Pick<Joined, 'ice_servers' | 'ice_transport_policy'>;

const patienceMs = { offerer: 10_000, answerer: 12_000 }; // the answerer waits for the offerer's second attempt
const attemptsMost = 2;
const lookEveryMs = 500;
const lookCloselyEveryMs = 250;
const tellQualityAfterMs = 2_000;

/** Makes the picture of a call. The first connection is made ready while the join is on its way. */
export function createPicture({ api, roundId, role, media, line, show, now }: Options): Picture {
  const startedAt = now();
  const quality = createQuality();
  let ice: Ice | null = null;
  let peerJoined = false;
  let expected = true;
  let wasConnected = false;
  let attempts = 0;
  let stall: Stall = noStall;
  let stalls = 0;
  let candidateErrors: string[] = [];
  /** Signals that came while credentials are being fetched, for the connection that will have them. */
  let early: Signal[] | null = null;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;
  let telling: ReturnType<typeof setTimeout> | undefined;
  let letSleep: (() => void) | undefined;
  let closed = false;
  let connection: Connection | null = null;
  let ready: Connection | null = null;
  const preparing = setTimeout(() => (ready = prepare()), 0); // once the join is out: it takes 10 ms

  return {
    onJoined: (joined) => {
      early = null;
      ice = joined;
      peerJoined = joined.peer_epoch > 0;
      begin();
    },
    onPeer: () => void beginAgain(),
    onSignal: (signal) => {
      if (early) early.push(signal);
      else connection?.take(signal);
    },
    onRound: ({ peer }) => {
      if (peer.joined && !peerJoined) {
        peerJoined = true;
        watch();
      }
    },
    expect: (sending) => {
      expected = sending;
    },
    look,
    close,
  };

  /** A connection of its own for each pair of pages. */
  function begin(): void {
    if (closed || !ice) return;
    drop();
    attempts += 1;
    connection = ready ?? prepare();
    ready = null;
    connection.open({ iceServers: ice.ice_servers, iceTransportPolicy: ice.ice_transport_policy });
    phase(wasConnected ? 'reconnecting' : 'connecting');
    watch();
  }

  function prepare(): Connection {
    let told = false;
    return connect({
      offers: role === 'offerer',
      media,
      send: (type, data, when) => {
        const describes = type === 'offer' || type === 'answer';
        if (describes && !told) line.send('media-state', media.state(), 'soon'); // in the same request
        told ||= describes;
        line.send(type, data, when);
      },
      onState,
      onStream: (remoteStream) => show({ remoteStream }),
      onCandidateError: ({ errorCode, errorText, url }) =>
        candidateErrors.push(`${errorCode} ${errorText} ${url}`),
    });
  }

  /** What has never connected may have failed for its credentials: the next attempt gets fresh ones. */
  async function beginAgain(): Promise<void> {
    line.clear();
    peerJoined = true;
    if (!wasConnected) {
      drop();
      const waiting = (early = []);
      ice = await api.round(roundId).catch(() => ice);
      if (early !== waiting) return; // yet another page, and its own turn
    }
    begin();
    for (const signal of early ?? []) connection?.take(signal);
    early = null;
  }

  function drop(): void {
    clearTimeout(preparing);
    clearTimeout(looking);
    connection?.close();
    connection = null;
    stall = noStall;
    candidateErrors = [];
    quality.reset();
  }

  /** Gives the set-up its time; once more from scratch, and then no more. */
  function watch(): void {
    clearTimeout(watchdog);
    if (!peerJoined || !connection || connection.peer.connectionState === 'connected') return;
    watchdog = setTimeout(() => {
      if (attempts < attemptsMost || wasConnected) line.rejoin();
      else giveUp();
    }, patienceMs[role]);
  }

  function giveUp(): void {
    const detail = candidateErrors.join('; ') || `ICE is ${connection?.peer.iceConnectionState ?? 'closed'}`;
    drop();
    tell({ no_route: true });
    show({ phase: 'failed', error: { code: 'no_route', detail }, remoteStream: null, quality: null });
  }

  function onState(state: RTCPeerConnectionState): void {
    if (state === 'connected') onConnected();
    else if (state === 'failed' && wasConnected) connection?.restart();
  }

  function onConnected(): void {
    clearTimeout(watchdog);
    if (!wasConnected) tellSetup();
    wasConnected = true;
    attempts = 0;
    letSleep ??= keepAwake();
    if (stall.phase !== 'stalled') phase('connected');
    lookSoon(lookEveryMs);
  }

  function phase(phase: CallPhase): void {
    show({ phase, error: null });
  }

  function lookSoon(ms: number): void {
    clearTimeout(looking);
    looking = setTimeout(() => void watchMedia(), ms);
  }

  async function watchMedia(): Promise<void> {
    const watched = connection;
    const seen = await look();
    if (!watched || connection !== watched) return;
    if (!seen) {
      lookSoon(lookEveryMs);
      return;
    }
    const at = now();
    const judged = judge(stall, { at, bytes: seen.bytes, expected });
    const quiet = judged.stall.flowedAt < at && judged.stall.phase !== 'nothing';
    stall = judged.stall;
    const dots = quality.note(at, seen);
    if (judged.action === 'stalled') {
      stalls += 1;
      phase('reconnecting');
    } else if (judged.action === 'recovered') phase('connected');
    else if (judged.action === 'restart') watched.restart();
    else if (judged.action === 'rebuild') {
      line.rejoin();
      return;
    }
    show({ quality: stall.phase === 'stalled' ? 0 : dots });
    lookSoon(quiet ? lookCloselyEveryMs : lookEveryMs);
  }

  async function look(): Promise<Look | null> {
    const report = await connection?.peer.getStats().catch(() => null);
    return report ? lookAt(report) : null;
  }

  function tellSetup(): void {
    const setup_ms = Math.round(now() - startedAt);
    telling = setTimeout(() => tell({ setup_ms, no_route: false, ...quality.summary() }), tellQualityAfterMs);
  }

  function tell(body: Parameters<Api['quality']>[1], keepalive = false): void {
    api.quality(roundId, body, keepalive).catch(() => undefined); // nobody waits for it
  }

  function close(): void {
    if (closed) return;
    closed = true;
    clearTimeout(watchdog);
    clearTimeout(telling);
    letSleep?.();
    if (wasConnected) tell({ ...quality.summary(), stalls }, true);
    ready?.close();
    drop();
  }
}
