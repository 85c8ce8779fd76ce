import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** How far a process has come, and what it has found. */
export interface Played {
  /** Evenings in which nothing was broken. */
  runs: number;
  steps: number;
  ms: number;
  over: boolean;
  broken: { sentences: string[]; text: string; script: string; seed: number; path: string } | null;
}

const nothing: Played = { runs: 0, steps: 0, ms: 0, over: false, broken: null };

interface Asked {
  runs: number;
  ms: number;
  seed: number;
  path?: string | undefined;
  shrinks: boolean;
}

const house = path.resolve(import.meta.dirname, '../..');
/** Whoever waits for their turn on a busy machine has not frozen. */
const patience = { DATABASE_IDLE_SECONDS: '60' };

/**
 * Has one process of its own play, in this tree or in a copy of it.
 * @param tell hears how far it has come
 * @param stop ends it early
 * @throws when it ends by itself without having told how it went
 */
export async function playInProcess(
  { runs, ms, seed, path: at = '', shrinks }: Asked,
  tell: (played: Played) => void = () => undefined,
  tree: string = house,
  stop: AbortSignal = new AbortController().signal,
): Promise<Played> {
  const words = [runs, ms, seed, at, shrinks ? 1 : 0].map(String);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(tree, 'test/proof/player.ts'), ...words],
    {
      cwd: tree,
      env: { ...process.env, ...patience, TSX_TSCONFIG_PATH: undefined }, // of which a copy has none
      stdio: 'pipe', // its standard input ends with us, and then it ends too
    },
  );
  const ended = once(child, 'close');
  stop.addEventListener('abort', () => child.stdin.end());
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  let last: Played | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    last = JSON.parse(line) as Played;
    tell(last);
  }
  await ended;
  if (!last?.over && !stop.aborted)
    throw new Error(`A process has ended before its time: ${said.slice(0, 4_000)}`);
  return last ?? nothing;
}

/** Has several play side by side, seeds one after the other, until one has found something, and adds up what they have done. */
export async function playSideBySide(
  asked: Asked,
  processes: number,
  tell: (played: Played) => void = () => undefined,
): Promise<Played> {
  const share = Math.ceil(asked.runs / processes);
  const parts: Played[] = [];
  const found = new AbortController();
  const hear = (index: number) => (played: Played) => {
    if (found.signal.aborted) return; // an evening that is interrupted breaks, too
    parts[index] = played;
    if (played.broken) found.abort();
    tell(sum(parts.filter(Boolean)));
  };
  const work = (_: unknown, index: number) =>
    playInProcess({ ...asked, runs: share, seed: asked.seed + index }, hear(index), house, found.signal);
  await Promise.all(Array.from({ length: processes }, work));
  return sum(parts.filter(Boolean));
}

const sum = (parts: readonly Played[]): Played => ({
  runs: parts.reduce((all, { runs }) => all + runs, 0),
  steps: parts.reduce((all, { steps }) => all + steps, 0),
  ms: Math.max(...parts.map(({ ms }) => ms)),
  over: parts.every(({ over }) => over),
  broken: parts.find(({ broken }) => broken)?.broken ?? null,
});
