import type { SignalType } from '#core/mailbox/signal.ts';
import { firstCandidates } from './firstCandidates.ts';
import type { Signal } from './line.ts';
import type { Media } from './media.ts';

/** One RTCPeerConnection, between one page of ours and one of the partner's. */
export interface Connection {
  readonly peer: RTCPeerConnection;
  /** Begins: from now on offers and candidates go out. Until then all is made ready that can be. */
  open: (ice: Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>) => void;
  /** Takes an offer, an answer or a candidate of the partner's; in the order in which they come. */
  take: (signal: Signal) => void;
  /** Finds a new way for the media. */
  restart: () => void;
  close: () => void;
}

interface Options {
  /** Whether we make the first offer. Later either may; of two at once the offerer's wins. */
  offers: boolean;
  media: Media;
  send: (type: SignalType, data: unknown, when: 'now' | 'soon') => void;
  onState: (state: RTCPeerConnectionState) => void;
  onStream: (stream: MediaStream) => void;
  onCandidateError: (error: RTCPeerConnectionIceErrorEvent) => void;
}

/**
 * Connects to the partner's page: perfect negotiation (W3C webrtc, section 10.7), the answerer polite. Both ways are
 * negotiated for sound and picture at once, whatever devices there are, so that no device ever needs another offer.
 */
export function connect({ offers, media, send, onState, onStream, onCandidateError }: Options): Connection {
  const bundlePolicy = 'max-bundle';
  const peer = new RTCPeerConnection({ bundlePolicy });
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let offering = false;
  let answerPending = false;
  let ignoring = false;
  /** Counts the descriptions; one that was overtaken before it went out stays here. */
  let descriptions = 0;
  let describing = false;
  let inOrder: Promise<void> = opened;

  peer.onnegotiationneeded = () => void offer();
  peer.onicecandidate = ({ candidate }) => candidate && trickle(candidate);
  peer.onicecandidateerror = onCandidateError;
  peer.onconnectionstatechange = () => onState(peer.connectionState);
  if (offers) {
    const both = (['audio', 'video'] as const).map((kind) =>
      peer.addTransceiver(kind, { direction: 'sendrecv' }),
    );
    media.attach(both);
    receive(both);
  }

  return {
    peer,
    open: (ice) => {
      peer.setConfiguration({ bundlePolicy, ...ice });
      open();
    },
    take: (signal) => {
      inOrder = inOrder.then(() => handle(signal)).catch(() => undefined); // what is closed meanwhile is not missed
    },
    restart: () => peer.restartIce(),
    close: () => {
      peer.onnegotiationneeded = null;
      peer.onicecandidate = null;
      peer.onicecandidateerror = null;
      peer.onconnectionstatechange = null;
      peer.close();
    },
  };

  async function offer(): Promise<void> {
    await opened;
    // Another ICE policy makes Chromium ask for an offer, transceivers or not: the first is not the answerer's.
    if (!offers && peer.remoteDescription === null) return;
    try {
      offering = true;
      await describe();
    } catch {
      // Closed meanwhile, or the partner's offer came first: then theirs is answered, and ours asked for again.
    } finally {
      offering = false;
    }
  }

  /** Makes the offer, or the answer, that is due, and sends it with the candidates that are there in no time. */
  async function describe(): Promise<void> {
    descriptions += 1;
    const mine = descriptions;
    describing = true;
    await peer.setLocalDescription();
    await firstCandidates(peer);
    if (mine !== descriptions) return;
    describing = false;
    const { type, sdp } = peer.localDescription ?? {};
    if (type === 'offer' || type === 'answer') send(type, { type, sdp }, 'now');
  }

  function trickle(candidate: RTCIceCandidate): void {
    if (describing || candidate.candidate === '') return; // it goes with the description
    // Browsers only ever call by TCP: two of them do not meet.
    if (candidate.type === 'host' && candidate.protocol === 'tcp') return;
    send('ice-candidate', candidate.toJSON(), 'soon');
  }

  async function handle({ type, data }: Signal): Promise<void> {
    if (type === 'offer' || type === 'answer') await takeDescription(data as RTCSessionDescriptionInit);
    else if (type === 'ice-candidate') await takeCandidate(data as RTCIceCandidateInit);
    else if (type === 'renegotiate') peer.restartIce();
  }

  async function takeDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const ready = !offering && (peer.signalingState === 'stable' || answerPending);
    ignoring = offers && description.type === 'offer' && !ready;
    if (ignoring) return;
    if (description.type === 'offer') descriptions += 1; // ours, if there was one, is taken back
    answerPending = description.type === 'answer';
    try {
      await peer.setRemoteDescription(description);
    } finally {
      answerPending = false;
    }
    if (description.type !== 'offer') return;
    if (!offers) {
      const both = peer.getTransceivers();
      for (const transceiver of both) transceiver.direction = 'sendrecv';
      media.attach(both);
      receive(both);
    }
    await describe();
  }

  async function takeCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await peer.addIceCandidate(candidate);
    } catch (error) {
      if (!ignoring) throw error; // of an offer that we have not taken
    }
  }

  function receive(transceivers: RTCRtpTransceiver[]): void {
    onStream(new MediaStream(transceivers.map(({ receiver }) => receiver.track)));
  }
}
