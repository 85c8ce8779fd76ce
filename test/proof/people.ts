import type { Cursor } from '#core/mailbox/signal.ts';

/** What somebody's client remembers; plain data, so that a whole place can be kept and put back. */
export interface Person {
  name: string;
  userId: string;
  deviceId: string;
  session: string;
  /** The round of which they heard last, and the one before it that they were in. */
  round: string;
  earlier: string;
  epoch: number;
  peerEpoch: number;
  /** The `state_version` that they have seen. */
  version: number;
  cursor: Cursor | null;
  /** How many signals they have sent from this page. */
  sent: number;
  /** How many times they have pressed Start, and how many pages they have joined with. */
  starts: number;
  pages: number;
}

/** An id that nothing has: what a client would never send, and anybody may. */
const nobodys = '00000000-0000-7000-8000-000000000000';

export const newPerson = (name: string, userId: string, deviceId: string): Person => ({
  ...{ name, userId, deviceId, session: nobodys, round: nobodys, earlier: nobodys },
  ...{ epoch: 0, peerEpoch: 0, version: 0, cursor: null, sent: 0, starts: 0, pages: 0 },
});
