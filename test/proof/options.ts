import { parseArgs } from 'node:util';

/** What `npm run proof` was asked for. */
export interface Options {
  /** How many evenings; null: as many as fit into the time. */
  runs: number | null;
  minutes: number;
  seed: number;
  /** Where in the run of that seed to begin: what a failure prints. */
  path: string | undefined;
  processes: number;
  mutants: boolean;
  /** Only those whose name matches this expression. */
  only: string;
}

export const usage = `Plays evenings of two to six people in random orders of SQL statements and Redis commands.

  npm run proof -- [--runs 2000 | --minutes 30] [--seed 1] [--path 12:0:3] [--processes 2]
  npm run proof -- --mutants [--only 'one way']

  --runs       how many evenings
  --minutes    for how long
  --seed       which ones; another seed, other evenings
  --path       replays one of them, as the failure that it led to says
  --processes  how many play side by side, each in a database of its own
  --mutants    removes guards, one at a time, and says how each was noticed

It uses the servers of DATABASE_URL and REDIS_URL, in which nothing is left behind, else embedded ones.`;

/**
 * Reads the command line.
 * @throws Error with words for whoever typed it
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      path: { type: 'string' },
      processes: { type: 'string', default: '2' },
      mutants: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const runs = values.runs ?? (values.minutes === undefined ? '2000' : undefined);
  return {
    runs: runs === undefined ? null : within('runs', runs, 1, 10_000_000),
    minutes: within('minutes', values.minutes ?? '1440', 0.01, 1440),
    seed: within('seed', values.seed, -(2 ** 31), 2 ** 31 - 1),
    path: values.path,
    processes: values.path === undefined ? within('processes', values.processes, 1, 64) : 1,
    mutants: values.mutants,
    only: values.only,
  };
}

function within(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (number >= least && number <= most) return number;
  throw new Error(`--${name} must be a number from ${least} to ${most}, not ${text}`);
}
