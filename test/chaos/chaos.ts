import { understand } from '../commandLine.ts';
import { readOptions, usage } from './options.ts';
import { summary } from './summary.ts';

// `npm run chaos`: ends with 1 when harm was done, with 2 when the command line was not understood.

const options = understand(readOptions, usage);
console.log(
  `npm run chaos -- --minutes ${options.seconds / 60} --people ${options.people} --seed ${options.seed}`,
);
// The product's own connections are not used here, but what it is made of wants to know where they would go.
process.env.DATABASE_URL = 'postgres://nobody@127.0.0.1:9/nothing';
const { runChaos } = await import('./run.ts');
const outcome = await runChaos(options, (line) => console.log(line));
console.log(`\n${summary(outcome)}`);
process.exit(outcome.harm.length === 0 ? 0 : 1); // kept-alive connections would hold us up
