import type { z } from 'zod';
import { clock } from '#core/clock.ts';
import type { Outcome } from '#core/decisions/decide.ts';
import type { SessionState } from '#core/sessions/session.ts';
import type { Joined } from '#core/rounds/join.ts';
import { iceConfiguration } from '#core/relays/ice.ts';
import type { ChatLine } from '#core/signalling/message.ts';
import type { OutgoingSignal } from '#core/mailbox/signal.ts';
import type { sendSignalBody } from '#core/wire/video.ts';

/** A session of matching in wire form, with words for a person who reads it with curl. */
export const presentSession = (session: SessionState) => ({
  ...session,
  session_id: session.session_id ?? '',
  message: sessionMessages[session.status],
});

const sessionMessages: Record<SessionState['status'], string> = {
  active: 'Started matching session',
  paused: 'The search is paused',
  ended: 'The session has ended',
};

const decisionMessages: Record<Outcome, string> = {
  pending: 'Saved. If they say yes too, you will both hear of it',
  mutual: 'You both said yes',
  passed: 'Saved',
};

/** What the voter is told; the guide's `message`. */
export const decisionMessage = (outcome: Outcome): string => decisionMessages[outcome];

/** The answer to a join: where to read, who offers, what time is left, and what has been said so far. */
export function presentJoined(userId: string, joined: Joined, messages: (ChatLine & { mine: boolean })[]) {
  const { round, role, epoch, peerEpoch, cursor, stateVersion } = joined;
  const started = round.deadline_at !== null;
  return {
    timer_started: started,
    message: started ? 'Both users joined - timer started' : 'Waiting for other user',
    state_version: stateVersion,
    epoch,
    peer_epoch: peerEpoch,
    cursor,
    role,
    mode: round.mode,
    remaining_ms: round.deadline_at && Math.max(0, round.deadline_at.getTime() - clock.ms()),
    messages,
    ...iceConfiguration(userId),
  };
}

/** The guide's single signal is a batch of one, of the sender's latest page and for the partner's. */
export function signalsIn(body: z.output<typeof sendSignalBody>): {
  signals: OutgoingSignal[];
  epochs: { epoch: number | null; peerEpoch: number | null };
} {
  if (!('signals' in body)) {
    const { client_seq, type, data } = body;
    return { signals: [{ client_seq, type, data }], epochs: { epoch: null, peerEpoch: null } };
  }
  return { signals: body.signals, epochs: { epoch: body.epoch ?? null, peerEpoch: body.peer_epoch ?? null } };
}
