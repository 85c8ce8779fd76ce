import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The test files of one process. */
export interface Share {
  files: string[];
  seconds: number;
  /** Uses both cores of a small machine or measures time: never beside another such one. */
  isHeavy: boolean;
}

const durations = path.join(import.meta.dirname, 'durations.json');
const heavyFolders = ['browser', 'chaos', 'proof', 'story', 'fuzz', 'demo'];
const unknownSeconds = 10;
const shareSeconds = 25; // a process starts its own servers, which takes some 3 s

/** Every test file whose path contains one of these words; every one without words. */
export function findTests(words: readonly string[]): string[] {
  const given = words.filter((word) => existsSync(word) && /\.\w+$/.test(word));
  if (given.length > 0) return given;
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join('test', file.replaceAll(path.sep, '/')))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

/** How long each file took when that was last recorded, in seconds. */
export const readDurations = (): Record<string, number> =>
  existsSync(durations) ? (JSON.parse(readFileSync(durations, 'utf8')) as Record<string, number>) : {};

/** Shares the files out, the longest share first. A heavy file is a share of its own. */
export function plan(files: readonly string[], seconds: Record<string, number>): Share[] {
  const shares: Share[] = [];
  const secondsOf = (file: string) => seconds[file] ?? unknownSeconds;
  let open: Share | undefined;
  for (const file of [...files].sort((a, b) => secondsOf(b) - secondsOf(a))) {
    const isHeavy = heavyFolders.includes(file.split('/')[1] ?? '');
    if (isHeavy || open === undefined || open.seconds >= shareSeconds) {
      const share = { files: [file], seconds: secondsOf(file), isHeavy };
      shares.push(share);
      if (!isHeavy) open = share;
    } else {
      open.files.push(file);
      open.seconds += secondsOf(file);
    }
  }
  return shares.sort((a, b) => b.seconds - a.seconds);
}

/** The next share to start, beside those that run; undefined when nothing may start now. */
export function next(waiting: readonly Share[], running: ReadonlySet<Share>): Share | undefined {
  const isHeavyRunning = [...running].some(({ isHeavy }) => isHeavy);
  if (isHeavyRunning) return waiting.find(({ isHeavy }) => !isHeavy);
  return waiting.find(({ isHeavy }) => isHeavy) ?? waiting[0];
}
