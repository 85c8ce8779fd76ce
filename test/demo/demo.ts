import { playCrowd } from './crowd.ts';
import { openDisplay } from './display.ts';
import { judge } from './judge.ts';
import { understand } from '../commandLine.ts';
import { readOptions, usage, type Options } from './options.ts';
import { summary } from './summary.ts';
import { watchTables } from './tables.ts';

// `npm run demo`: a crowd plays against a running server. Ends with 1 when a promise was broken, with 2 when
// there was nobody to play with.

const options = understand(readOptions, usage);
await findServer(options);
const checkTables = await watchTables(process.env);
const display = openDisplay(process.stdout, options.seconds);
const evening = await playCrowd(options, display.show);
display.close();
judge(evening, options.outages);
await checkTables(evening);
console.log(summary(evening));
process.exit(evening.ledger.broken.size === 0 ? 0 : 1); // kept-alive connections would hold us up

async function findServer({ url }: Options): Promise<void> {
  const ready = await fetch(`${url}/readyz`).catch(() => null);
  if (ready?.ok) return;
  console.error(`No Minuet is ready at ${url}. Start one with npm start, or say where it is with --url.`);
  process.exit(2);
}
