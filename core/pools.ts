/** The pools that there are: each has a leader, and its Redis keys share a hash tag. */
export const pools = ['world'] as const;

/**
 * The pool that a person waits in. One for the whole world until there are enough people: a pool cut in ten
 * scores eleven points less. When it must be cut, it is cut by the cell's country or continent.
 */
export const poolFor = (_cell: string | null): string => pools[0];

/** Where to look first for a person's view; a view that is elsewhere is found through Postgres. */
export const likelyPool = (_userId: string): string => pools[0];
