import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value below which a share of the values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** Prints rows as a table. */
export const print = (rows: readonly object[]): void => console.table(rows);

/** Writes a benchmark's result beside the others. */
export function save(name: string, result: object): void {
  const folder = path.join('bench', 'results');
  mkdirSync(folder, { recursive: true });
  const machine = { cpus: os.cpus().length, node: process.version };
  writeFileSync(
    path.join(folder, `${name}.json`),
    `${JSON.stringify({ name, machine, ...result }, null, 2)}\n`,
  );
}
