import type { ChatLine } from '../api/wire.ts';

/** One line of the chat. */
export interface Message {
  id: string;
  text: string;
  mine: boolean;
  /** When it was said, ISO 8601; of our own, until it is saved, by our clock. */
  at: string;
  state: 'sending' | 'sent' | 'failed';
}

/** A line as the server has saved it. */
export const messageOf = ({ id, text, created_at }: ChatLine, mine: boolean): Message => ({
  id,
  text,
  mine,
  at: created_at,
  state: 'sent',
});

/** Puts lines in, each once, saved ones in the order in which they were said and those under way last. */
export function put(messages: readonly Message[], more: readonly Message[]): Message[] {
  const all = new Map([...messages, ...more].map((message) => [message.id, message]));
  const saved = [...all.values()].filter(({ state }) => state === 'sent').sort(byTime);
  return [...saved, ...[...all.values()].filter(({ state }) => state !== 'sent')];
}

/** Puts a saved line in the place of the one that was under way; without one, takes that out. */
export const settle = (messages: readonly Message[], key: string, saved: Message): Message[] =>
  put(
    messages.filter(({ id }) => id !== key),
    [saved],
  );

const byTime = (a: Message, b: Message): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
