import type { SignalType } from '#core/signalling/signal.ts';
import type { Signal } from './line.ts';
import type { Media } from './media.ts';

/** One RTCPeerConnection, between one page of ours and one of the partner's. */
export interface Connection {
  readonly peer: RTCPeerConnection;
  /** Takes an offer, an answer or a candidate of the partner's; in the order in which they come. */
  take: (signal: Signal) => void;
  /** Finds a new way for the media. */
  restart: () => void;
  close: () => void;
}

interface Options {
  configuration: RTCConfiguration;
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
export function connect(options: Options): Connection {
  const { configuration, offers, media, send, onState, onStream, onCandidateError } = options;
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...configuration });
  let offering = false;
  let answerPending = false;
  let ignoring = false;
  let inOrder: Promise<void> = Promise.resolve();

  peer.onnegotiationneeded = () => void offer();
  peer.onicecandidate = ({ candidate }) =>
    candidate?.candidate && send('ice-candidate', candidate.toJSON(), 'soon');
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
    if (!offers && peer.getTransceivers().length === 0) return;
    try {
      offering = true;
      await peer.setLocalDescription();
      describe();
    } catch {
      // Closed meanwhile, or the partner's offer came first: then theirs is answered, and ours asked for again.
    } finally {
      offering = false;
    }
  }

  function describe(): void {
    const { type, sdp } = peer.localDescription ?? {};
    if (type === 'offer' || type === 'answer') send(type, { type, sdp }, 'now');
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
    answerPending = description.type === 'answer';
    try {
      await peer.setRemoteDescription(description);
    } finally {
      answerPending = false;
    }
    if (description.type !== 'offer') return;
    const transceivers = peer.getTransceivers();
    if (!offers) {
      for (const transceiver of transceivers) transceiver.direction = 'sendrecv';
      media.attach(transceivers);
      receive(transceivers);
    }
    await peer.setLocalDescription();
    describe();
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
