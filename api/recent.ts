/** What an entry takes beside its key, bytes. */
const overhead = 500;

/**
 * A cache of what was read last, bounded in bytes; the oldest leave first. Keys are counted by their length, values as
 * `overhead`.
 * @param mostBytes what all entries take together
 * @param longestKey longer keys are not remembered: a hundred of them would push out what is useful
 */
export function createRecent<Value>(mostBytes: number, longestKey: number) {
  const entries = new Map<string, Value>();
  let bytes = 0;
  const sizeOf = (key: string): number => 2 * key.length + overhead;

  function forget(key: string): void {
    if (entries.delete(key)) bytes -= sizeOf(key);
  }

  return {
    get: (key: string): Value | undefined => entries.get(key),
    forget,
    set(key: string, value: Value): void {
      if (key.length > longestKey) return;
      forget(key);
      entries.set(key, value);
      bytes += sizeOf(key);
      for (const oldest of entries.keys()) {
        if (bytes <= mostBytes) break;
        forget(oldest);
      }
    },
    /** What all entries take together. */
    bytes: (): number => bytes,
  };
}
