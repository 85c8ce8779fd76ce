/** What of ours goes to the partner: the stream, and whether microphone and camera are on. */
export interface Media {
  /** Sends what there is through a connection's transceivers, and through those of no earlier one. */
  attach: (transceivers: RTCRtpTransceiver[]) => void;
  /** Another device: nothing is negotiated anew. */
  use: (stream: MediaStream | null) => void;
  set: (on: Partial<MediaSwitches>) => void;
  /** What the partner is told: what they can expect to hear and see. */
  state: () => MediaState;
  switches: () => MediaSwitches;
}

export interface MediaSwitches {
  microphone: boolean;
  camera: boolean;
}

/** The data of a `media-state` signal. */
export interface MediaState extends MediaSwitches {
  /** Whether anything is sent at all: a muted microphone sends silence, a missing one nothing. */
  sending: boolean;
}

const key = 'minuet.switches';

/**
 * Keeps what is sent the way the person wants it, whatever connection carries it. What they have switched off stays
 * off after a refresh: nobody is heard because a page was loaded anew.
 * @param memory remembers the switches of one round
 */
export function createMedia(
  first: MediaStream | null,
  memory: Pick<Storage, 'getItem' | 'setItem'>,
  roundId: string,
): Media {
  let stream = first;
  let transceivers: RTCRtpTransceiver[] = [];
  // Camera and microphone belong together for the receiver, which keeps them in time with each other.
  const together = new MediaStream();
  const on = { ...asGiven(first), ...remembered(memory.getItem(key), roundId) };
  apply();

  return {
    attach: (these) => {
      transceivers = these;
      for (const { sender } of these) sender.setStreams(together);
      send();
    },
    use: (next) => {
      stream = next;
      apply();
      send();
    },
    set: (changes) => {
      Object.assign(on, changes);
      memory.setItem(key, JSON.stringify({ roundId, ...on }));
      apply();
    },
    state: () => ({
      microphone: on.microphone && trackOf('audio') !== null,
      camera: on.camera && trackOf('video') !== null,
      sending: trackOf('audio') !== null || trackOf('video') !== null,
    }),
    switches: () => ({ ...on }),
  };

  function apply(): void {
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = on.microphone;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = on.camera;
  }

  function send(): void {
    for (const { sender, receiver } of transceivers) {
      const track = trackOf(receiver.track.kind);
      // A connection that is being closed refuses, and needs no track.
      if (sender.track !== track) sender.replaceTrack(track).catch(() => undefined);
    }
  }

  function trackOf(kind: string): MediaStreamTrack | null {
    return stream?.getTracks().find((track) => track.kind === kind && track.readyState === 'live') ?? null;
  }
}

/** As the green room has left it. */
const asGiven = (stream: MediaStream | null): MediaSwitches => ({
  microphone: stream?.getAudioTracks()[0]?.enabled ?? true,
  camera: stream?.getVideoTracks()[0]?.enabled ?? true,
});

function remembered(text: string | null, roundId: string): Partial<MediaSwitches> {
  try {
    const { roundId: of, ...switches } = JSON.parse(text ?? '{}') as Partial<
      MediaSwitches & { roundId: string }
    >;
    return of === roundId ? switches : {};
  } catch {
    return {};
  }
}
