import type { Operation } from './contract.ts';

/** Counts what was asked and what it came to, so that a run that never got anywhere does not pass for a good one. */
export function createTally(operations: readonly Operation[]) {
  const byStatus = new Map<number, number>();
  const done = new Set<string>();
  let asked = 0;
  let wellMade = 0;

  const neverDone = (): string[] => operations.map(({ name }) => name).filter((name) => !done.has(name));

  return {
    asked: () => asked,

    /** Operations that never succeeded. */
    neverDone,

    count({ name }: Operation, status: number, allowed: boolean): void {
      asked += 1;
      if (allowed) wellMade += 1;
      if (status < 400) done.add(name);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    },

    text: (): string =>
      [
        `${asked} requests, ${wellMade} of them as the contract allows, to ${operations.length} operations`,
        `answers: ${[...byStatus]
          .sort(([a], [b]) => a - b)
          .map(([status, times]) => `${status} ${times}`)
          .join(', ')}`,
        `never got through: ${neverDone().join(', ') || 'none'}`,
      ].join('\n'),
  };
}
