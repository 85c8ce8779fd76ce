import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { mutants, type Mutant } from './mutants.ts';
import type { Options } from './options.ts';
import { playInProcess } from './processes.ts';

const house = path.resolve(import.meta.dirname, '../..');
const needed = [
  'core',
  'db',
  'api',
  'worker',
  'client',
  'test',
  'bin',
  '.mocharc.cjs',
  'package.json',
  'tsconfig.json',
];
/** Ten times what any of them has needed. */
const patience = { runs: 3_000, ms: 240_000 };

/**
 * Plants one bug after the other into copies of this tree and has the proof find it.
 * @param tell hears each result
 * @returns whether every one was caught
 */
export async function catchMutants(
  { seed, processes, only }: Options,
  tell: (line: string) => void,
): Promise<boolean> {
  const wanted = mutants.filter(({ name }) => new RegExp(only).test(name));
  const left = [...wanted];
  let caught = 0;
  const work = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const { noticed, how } = await plant(mutant, seed);
      if (noticed) caught += 1;
      tell(`${mutant.name}\n    ${noticed ? `caught ${how}` : `GOT AWAY ${how}`}`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  tell(`${caught} of ${wanted.length} caught`);
  return caught === wanted.length;
}

/** Whether a planted bug was noticed, and where or after how much. */
export interface Planted {
  noticed: boolean;
  how: string;
}

/** Plants one bug into a copy of this tree, and plays or tests there until it is noticed. */
export async function plant({ edits, tests }: Mutant, seed: number): Promise<Planted> {
  const tree = await mkdtemp(path.join(tmpdir(), 'minuet-mutant-'));
  try {
    for (const name of needed) await cp(path.join(house, name), path.join(tree, name), { recursive: true });
    await symlink(path.join(house, 'node_modules'), path.join(tree, 'node_modules'));
    for (const [file, from, to] of edits) await replace(path.join(tree, file), from, to);
    return tests === undefined ? await playIn(tree, seed) : await testIn(tree, tests);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function playIn(tree: string, seed: number): Promise<Planted> {
  const { broken, runs } = await playInProcess({ ...patience, seed, shrinks: false }, () => undefined, tree);
  if (!broken) return { noticed: false, how: `in ${runs} interleavings` };
  const [first = ''] = broken.sentences;
  return { noticed: true, how: `after ${runs + 1}: ${first.split('\n')[0]?.slice(0, 160)}` };
}

/** Runs a file of tests: one that fails has noticed. A file that cannot be run at all is an error. */
async function testIn(tree: string, tests: string): Promise<Planted> {
  const mocha = [path.join(tree, 'node_modules/mocha/bin/mocha.js'), tests, '--bail'];
  const child = spawn(process.execPath, mocha, { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const [, failed] = /^\d+ passed, (\d+) failed/m.exec(said) ?? [];
  if (failed === undefined) throw new Error(`${tests} did not run: ${(said + complaints).slice(0, 4_000)}`);
  const [, which = ''] = /^ +1\) (.*)$/m.exec(said) ?? [];
  return { noticed: failed !== '0', how: `by ${tests}: ${which}` };
}

async function replace(file: string, from: string, to: string): Promise<void> {
  const content = await readFile(file, 'utf8');
  if (content.split(from).length !== 2) throw new Error(`${file} does not contain exactly once: ${from}`);
  await writeFile(
    file,
    content.replace(from, () => to),
  );
}
