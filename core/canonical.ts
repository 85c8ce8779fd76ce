/** JSON whose keys are in order, so that two spellings of one thing are one. */
export const canonical = (thing: unknown): string =>
  JSON.stringify(thing ?? null, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
