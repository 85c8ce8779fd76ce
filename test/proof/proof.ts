import { catchMutants } from './plant.ts';
import { understand } from '../commandLine.ts';
import { readOptions, usage, type Options } from './options.ts';
import { playSideBySide, type Played } from './processes.ts';

// `npm run proof`: ends with 1 when something was broken or a mutant got away, with 2 when the command line was not understood.

const tellEveryMs = 15_000;
const options = understand(readOptions, usage);
process.exitCode = (options.mutants ? await catchMutants(options, console.log) : await proof(options))
  ? 0
  : 1;

async function proof({ runs, minutes, seed, path, processes }: Options): Promise<boolean> {
  const asked = { runs: runs ?? Number.MAX_SAFE_INTEGER, ms: minutes * 60_000, seed, path, shrinks: true };
  let told = performance.now();
  const played = await playSideBySide(asked, processes, (sofar) => {
    if (performance.now() - told < tellEveryMs) return;
    told = performance.now();
    console.log(words(sofar));
  });
  console.log(words(played));
  if (!played.broken) return true;
  const { text, script, seed: of, path: at } = played.broken;
  console.log(`\n${text}\n\n${script}\n\nnpm run proof -- --seed ${of} --path ${at}`);
  return false;
}

function words({ runs, steps, ms, broken }: Played): string {
  const how = broken ? 'and something broke' : 'nothing broken';
  return `${runs} interleavings, ${steps} steps, ${Math.round(ms / 1000)} s, ${how}`;
}
