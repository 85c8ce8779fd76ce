/** What one look at a connection's statistics tells. */
export interface Look {
  /** Received so far, sound and picture together, bytes. */
  bytes: number;
  framesDecoded: number;
  packetsReceived: number;
  packetsLost: number;
  /** Of the selected pair; null before there is one. */
  rttMs: number | null;
  /** Whether a TURN server carries the media, ours or theirs. */
  relayed: boolean | null;
}

type Entry = Record<string, unknown> & { type: string };

/** Looks at a connection. @param report of RTCPeerConnection.getStats() */
export function lookAt(report: RTCStatsReport): Look {
  const entries = new Map<string, Entry>();
  report.forEach((entry: Entry, id: string) => entries.set(id, entry));
  const look: Look = {
    bytes: 0,
    framesDecoded: 0,
    packetsReceived: 0,
    packetsLost: 0,
    rttMs: null,
    relayed: null,
  };
  let pair: Entry | undefined;
  for (const entry of entries.values()) {
    if (entry.type === 'inbound-rtp') {
      look.bytes += number(entry.bytesReceived);
      look.framesDecoded += number(entry.framesDecoded);
      look.packetsReceived += number(entry.packetsReceived);
      look.packetsLost += number(entry.packetsLost);
    } else if (entry.type === 'transport') pair ??= entries.get(String(entry.selectedCandidatePairId));
  }
  pair ??= [...entries.values()].find(({ type, nominated, state }) => isUsed(type, nominated, state));
  if (!pair) return look;
  const ends = [pair.localCandidateId, pair.remoteCandidateId].map((id) => entries.get(String(id)));
  look.rttMs = typeof pair.currentRoundTripTime === 'number' ? pair.currentRoundTripTime * 1000 : null;
  look.relayed = ends.some((end) => end?.candidateType === 'relay');
  return look;
}

/** Firefox names no selected pair on the transport. */
const isUsed = (type: string, nominated: unknown, state: unknown): boolean =>
  type === 'candidate-pair' && nominated === true && state === 'succeeded';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
