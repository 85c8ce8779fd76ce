import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { holdPoll, type Hold } from './hold.ts';
import type { Polled } from './turn.ts';
import type { RoundStatus, State } from '#core/journey/journey.ts';
import type { ViewBody } from '#core/views/view.ts';
import { readRound, roundFor } from '#core/rounds/read.ts';
import { formatCursor, type Cursor, type Signal } from '#core/mailbox/signal.ts';

/** What a reader of a mailbox gets: the new signals, and the state of the round in the same answer. */
export interface Mail {
  signals: Signal[];
  /** The cursor to read from next. */
  next: string | null;
  /** The log was lost (Redis was emptied): join again. */
  reset?: true;
  session: {
    status: RoundStatus;
    state: State;
    state_version: number;
    remaining_ms: number | null;
    /** Of the reader's own page: a page that knows a smaller one has been replaced by another tab. */
    epoch: number;
    peer: { epoch: number; joined: boolean };
    /** As `next-match` tells it: a client that reads signals has been told, and says `seen` here too. */
    notice: ViewBody['notice'];
  };
}

/**
 * Reads the signals after a cursor, and deletes nothing. One held request serves as signalling, as the state of
 * the round and as heartbeat: one Redis round trip, no SQL, while the round is the reader's own current one.
 * @param after the cursor; null: since the reader joined
 * @throws `not_found` for an unknown or a stranger's round
 */
export async function readSignals(
  who: { userId: string; pool: string },
  roundId: string,
  after: Cursor | null,
  seen: number | null,
  hold: Hold,
): Promise<Mail> {
  await roundFor(who.userId, roundId);
  const ask = { ...who, seen, mailbox: { roundId, after } };
  const isNews = (polled: Polled) =>
    polled.view.round?.id !== roundId ||
    polled.tells ||
    seen !== polled.view.version ||
    isReset(polled, after) ||
    (polled.mail?.signals.length ?? 0) > 0;
  const polled = await holdPoll(ask, hold, isNews);
  return { ...mailOf(polled, after), session: await sessionOf(who.userId, roundId, polled) };
}

const isReset = ({ mail }: Polled, after: Cursor | null): boolean =>
  after !== null && mail?.generation !== after.generation;

function mailOf(polled: Polled, after: Cursor | null): Omit<Mail, 'session'> {
  const generation = polled.mail?.generation ?? null;
  if (isReset(polled, after)) return { signals: [], next: null, reset: true };
  if (generation === null || !polled.mail) return { signals: [], next: null };
  const from = polled.mail.from;
  const signals = polled.mail.signals.map((entry, index) => signalOf(entry, from + index + 1));
  return { signals, next: formatCursor({ generation, seq: from + signals.length }) };
}

/** An entry of the log is `<epoch>:<peer epoch> <JSON>`; its place is its number. */
function signalOf(entry: string, seq: number): Signal {
  const [epoch] = entry.split(':', 1);
  const letter = JSON.parse(entry.slice(entry.indexOf(' ') + 1)) as Omit<Signal, 'seq' | 'epoch'>;
  return { seq, epoch: Number(epoch), ...letter };
}

async function sessionOf(userId: string, roundId: string, polled: Polled): Promise<Mail['session']> {
  const { view, body } = polled;
  const { round } = view;
  if (round?.id !== roundId) return pastSession(userId, roundId, polled);
  const live = view.state === 'IN_CALL';
  return {
    status: round.status,
    state: view.state,
    state_version: view.version,
    remaining_ms: live ? Math.max(0, round.deadline_ms - clock.ms()) : null,
    epoch: round.epoch,
    peer: { epoch: round.peer_epoch, joined: round.peer_epoch > 0 },
    notice: body.notice,
  };
}

/** A round that the reader has left behind: off the hot path, from Postgres. */
async function pastSession(
  userId: string,
  roundId: string,
  { view, body }: Polled,
): Promise<Mail['session']> {
  const round = await readRound(userId, roundId).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'round_cancelled') return null;
    throw error;
  });
  return {
    status: round?.status ?? 'cancelled',
    state: view.state,
    state_version: view.version,
    remaining_ms: null,
    epoch: round?.epoch ?? 0,
    peer: { epoch: round?.peer_epoch ?? 0, joined: (round?.peer_epoch ?? 0) > 0 },
    notice: body.notice,
  };
}
