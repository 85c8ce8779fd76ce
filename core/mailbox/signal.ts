import { rules } from '#core/rules.ts';

/** What clients may send. `message` comes only from a saved chat line, so a client cannot forge one. */
export const signalTypes = ['offer', 'answer', 'ice-candidate', 'renegotiate', 'media-state', 'bye'] as const;
export type SignalType = (typeof signalTypes)[number];

/** A signal as its sender gives it. */
export interface OutgoingSignal {
  client_seq?: number | undefined;
  type: SignalType;
  data: unknown;
}

/** A signal as its reader gets it; `seq` counts within the mailbox from 1. */
export interface Signal {
  seq: number;
  epoch: number;
  type: SignalType | 'message';
  data: unknown;
  created_at: string;
}

/** Whether a signal's data is small enough to be passed on; its size is that of its JSON in UTF-8. */
export const fitsMailbox = (data: unknown): boolean =>
  new TextEncoder().encode(JSON.stringify(data)).length <= rules.signalBytes;

/** A place in a mailbox: another generation means that Redis was emptied and the reader must join again. */
export interface Cursor {
  generation: string;
  seq: number;
}

export const formatCursor = ({ generation, seq }: Cursor): string => `${generation}:${seq}`;

/** Reads `generation:seq`; null when it is not a cursor. */
export function parseCursor(text: string): Cursor | null {
  const [, generation, seq] = /^([0-9a-z]{1,32}):(\d{1,9})$/.exec(text) ?? [];
  return generation !== undefined && seq !== undefined ? { generation, seq: Number(seq) } : null;
}
