import { uuidv7 } from 'uuidv7';

/** Where ids come from: UUIDs version 7 (RFC 9562), so that rows sort by creation. Tests draw them in random order. */
export const idSource: { draw: () => string } = { draw: uuidv7 };

/** A new id. */
export const newId = (): string => idSource.draw();

/** The two ids in the order in which pairs are stored and people are locked. */
export const inOrder = (a: string, b: string): [string, string] => (a < b ? [a, b] : [b, a]);
