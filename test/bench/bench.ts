import { callSetup } from './callSetup.ts';
import { commands } from './commands.ts';
import { held } from './held.ts';
import { hostile } from './hostile.ts';
import { load } from './load.ts';
import { match } from './match.ts';
import { million } from './million.ts';
import { poll } from './poll.ts';
import { pool } from './pool.ts';
import { records } from './records.ts';
import { rounds } from './rounds.ts';
import { safety } from './safety.ts';
import { takeServerErrors } from './serverErrors.ts';
import { soak } from './soak.ts';

/** A benchmark prints tables, writes bench/results/<name>.json, and ends by itself. */
interface Benchmark {
  name: string;
  describes: string;
  run: () => void | Promise<void>;
}

const benchmarks: Benchmark[] = [
  poll,
  pool,
  million,
  match,
  commands,
  rounds,
  held,
  callSetup,
  safety,
  records,
  load,
  soak,
  hostile,
];

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--')); // options are the benchmark's
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));

if (wanted.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`There is no benchmark named ${name}.`);
  console.log('npm run bench -- <name> …');
  for (const { name, describes } of benchmarks) console.log(`  ${name.padEnd(12)}${describes}`);
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  for (const { name, run } of benchmarks) if (wanted.includes(name)) await runHonestly(name, run);
}

/** No benchmark succeeds in whose course the server answered with a 5xx other than 503. */
async function runHonestly(name: string, run: Benchmark['run']): Promise<void> {
  await run();
  const errors = takeServerErrors();
  if (errors.length === 0) return;
  for (const [what, times] of errors) console.error(`${name}: ${what}, ${times} times`);
  process.exitCode = 1;
}
