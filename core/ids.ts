import { uuidv7 } from 'uuidv7';

/** A new id: a UUID version 7 (RFC 9562), so that rows sort by creation. */
export const newId = (): string => uuidv7();

/** The two ids in the order in which pairs are stored and people are locked. */
export const inOrder = (a: string, b: string): [string, string] => (a < b ? [a, b] : [b, a]);
