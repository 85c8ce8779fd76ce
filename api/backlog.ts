import type { Response } from 'express';
import { Problem } from '#core/errors.ts';
import { rules } from '#core/rules.ts';

/*
 * Bytes that this process keeps for one person: request bodies that are still coming in, and answers that their
 * connection has not taken yet. A slow reader or writer with many connections would otherwise fill the memory.
 */
const bytesOf = new Map<string, number>();

/** Whether this person lets too much lie about for another request of theirs to be taken on. */
export const isFull = (userId: string): boolean => (bytesOf.get(userId) ?? 0) >= rules.bufferedBytesPerPerson;

/**
 * Counts bytes that are kept for a person.
 * @returns a function that ends the counting; calling it again does nothing
 */
export function keep(userId: string, bytes: number): () => void {
  let kept = bytes;
  add(userId, kept);
  return () => {
    add(userId, -kept);
    kept = 0;
  };
}

/** As `keep`, until the response is closed. */
export const keepUntilClosed = (userId: string, bytes: number, response: Response): void =>
  void response.once('close', keep(userId, bytes));

/** @throws Problem `rate_limited` */
export function refuseFull(userId: string): void {
  if (isFull(userId))
    throw new Problem('rate_limited', 'Read the answers to your earlier requests first', { retry_after: 1 });
}

/** How many bytes are kept for how many people. */
export const backlog = (): { people: number; bytes: number } => ({
  people: bytesOf.size,
  bytes: [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0),
});

function add(userId: string, bytes: number): void {
  const sum = (bytesOf.get(userId) ?? 0) + bytes;
  if (sum > 0) bytesOf.set(userId, sum);
  else bytesOf.delete(userId);
}
