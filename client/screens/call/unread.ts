import { useState } from 'react';
import type { Message } from '../../call/messages.ts';

/** How many lines of the partner have come since the chat was last open. */
export function useUnread(messages: readonly Message[], open: boolean): number {
  const theirs = messages.filter((message) => !message.mine).length;
  const [read, setRead] = useState(0);
  if (open && read !== theirs) setRead(theirs);
  return open ? 0 : theirs - read;
}
