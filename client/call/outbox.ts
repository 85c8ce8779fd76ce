import type { SignalType } from '#core/mailbox/signal.ts';
import type { Batch } from '../api/api.ts';
import { isProblem } from '../api/problem.ts';
import { backoffMs, sleep } from '../api/sleep.ts';
import type { Sent } from '../api/wire.ts';

/** The signals of one page of ours on their way to the partner. */
export interface Outbox {
  /** Takes a signal for the partner's present page. `soon` may wait a moment for others to go along. */
  put: (type: SignalType, data: unknown, when: 'now' | 'soon') => void;
  /** Forgets what is not on its way: it was meant for a page that the partner has left. */
  clear: () => void;
  close: () => void;
}

interface Options {
  roundId: string;
  epoch: number;
  peerEpoch: () => number;
  post: (batch: Batch, signal: AbortSignal) => Promise<Sent>;
  /** What the server says of the partner's page. */
  onPeerEpoch: (epoch: number) => void;
  /** The server no longer knows what we have sent, or refuses: the owner decides. */
  onLost: (code: Loss) => void;
  /** An answer could not be used, or a batch not be written; it is sent again. */
  onBroken: (error: unknown) => void;
}

/** Why nothing more can be sent from this page's epoch; `forgotten`: the server has lost what we had sent. */
export type Loss = 'forgotten' | 'replaced' | 'not_joined' | 'round_over';
const isLoss = (code: string): code is Loss => ['replaced', 'not_joined', 'round_over'].includes(code);

const mostAtOnce = 64;
const coalesceMs = 50;
const mailboxFullMs = 1_000;

/**
 * Makes an outbox. One batch is on its way at a time; a batch whose answer was lost goes out again exactly as it
 * was, and the server, which has it already, says so. Its numbers (client_seq) are given when it goes: what is
 * forgotten before leaves no gap.
 */
export function createOutbox({
  roundId,
  epoch,
  peerEpoch,
  post,
  onPeerEpoch,
  onLost,
  onBroken,
}: Options): Outbox {
  const closing = new AbortController();
  const isClosed = () => closing.signal.aborted; // asked anew, which TypeScript would think needless
  let waiting: { type: SignalType; data: unknown }[] = [];
  let acked = 0;
  let pumping = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    put: (type, data, when) => {
      waiting.push({ type, data });
      if (when === 'now') pump();
      else timer ??= setTimeout(pump, coalesceMs);
    },
    clear: () => {
      waiting = [];
    },
    close: () => {
      clearTimeout(timer);
      closing.abort();
    },
  };

  function pump(): void {
    clearTimeout(timer);
    timer = undefined;
    if (pumping || isClosed()) return;
    pumping = true;
    void sendAll();
  }

  async function sendAll(): Promise<void> {
    try {
      while (waiting.length > 0 && !isClosed()) {
        const signals = waiting
          .splice(0, mostAtOnce)
          .map((signal, index) => ({ client_seq: acked + index + 1, ...signal }));
        const goOn = await deliver({ session_id: roundId, epoch, peer_epoch: peerEpoch(), signals });
        if (!goOn) return;
      }
    } finally {
      pumping = false; // here and not in a later turn: what is put meanwhile would stay
    }
  }

  /** Sends one batch until all of it is acknowledged. @returns false when nothing more can be sent from here */
  async function deliver(batch: Batch): Promise<boolean> {
    const last = batch.signals.at(-1)?.client_seq ?? acked;
    for (let failures = 1; !isClosed(); failures += 1) {
      let atLeastMs = 0;
      try {
        const rest = batch.signals.filter(({ client_seq }) => client_seq > acked);
        const sent = await post({ ...batch, signals: rest }, closing.signal);
        if (isClosed()) return false;
        onPeerEpoch(sent.peer_epoch);
        if (sent.acked < acked) return lost('forgotten');
        acked = sent.acked;
        if (acked >= last) return true;
      } catch (error) {
        if (isClosed()) return false;
        if (isProblem(error)) {
          if (error.status === 400 || error.status === 413) return true; // nobody will ever take it
          if (isLoss(error.code)) return lost(error.code);
          if (!error.passing && error.status !== 429) return false; // the reader hears of it too
          if (error.code === 'mailbox_full') acked = Math.max(acked, Number(error.document?.acked ?? 0));
          atLeastMs = error.code === 'mailbox_full' ? mailboxFullMs : error.retryAfterMs;
        } else onBroken(error);
      }
      await sleep(backoffMs(failures, atLeastMs), closing.signal);
    }
    return false;
  }

  function lost(code: Loss): false {
    onLost(code);
    return false;
  }
}
