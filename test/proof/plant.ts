import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mutants, type Mutant } from './mutants.ts';
import type { Options } from './options.ts';
import { playInProcess, type Played } from './processes.ts';

const house = path.resolve(import.meta.dirname, '../..');
const needed = ['core', 'db', 'test', 'bin', 'package.json', 'tsconfig.json'];
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
      const { broken, runs } = await plant(mutant, seed);
      if (broken) caught += 1;
      const how = broken
        ? `caught after ${runs + 1}: ${broken.sentences[0]?.split('\n')[0]?.slice(0, 160)}`
        : `GOT AWAY in ${runs} interleavings`;
      tell(`${mutant.name}\n    ${how}`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  tell(`${caught} of ${wanted.length} caught`);
  return caught === wanted.length;
}

/** Plants one bug into a copy of this tree, and plays there until it is noticed. */
export async function plant({ edits }: Mutant, seed: number): Promise<Played> {
  const tree = await mkdtemp(path.join(tmpdir(), 'minuet-mutant-'));
  try {
    for (const name of needed) await cp(path.join(house, name), path.join(tree, name), { recursive: true });
    await symlink(path.join(house, 'node_modules'), path.join(tree, 'node_modules'));
    for (const [file, from, to] of edits) await replace(path.join(tree, file), from, to);
    return await playInProcess({ ...patience, seed, shrinks: false }, () => undefined, tree);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function replace(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not contain exactly once: ${from}`);
  await writeFile(
    file,
    text.replace(from, () => to),
  );
}
