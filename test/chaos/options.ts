import { parseArgs } from 'node:util';
import { kinds, type Kind } from './schedule.ts';

/** What `npm run chaos` was asked for. */
export interface Options {
  seconds: number;
  people: number;
  seed: number;
  /** Only these faults. */
  only: readonly Kind[];
  /** Seconds between the end of one fault and the beginning of the next; 0: they overlap. */
  apart: number;
  /** Where the logs of all processes are kept; thrown away without it. */
  logs: string | undefined;
}

export const usage = `Breaks a house of two API processes and two workers while a crowd plays in it, and looks for harm.

  npm run chaos -- [--minutes 10] [--people 300] [--seed 7] [--only 'kill api,freeze redis'] [--apart 10] [--logs <directory>]

It brings its own PostgreSQL and Redis. Linux; needs redis-server or valkey-server. A seed repeats the faults.
  --only   ${kinds.join(', ')}
  --apart  seconds between the end of one fault and the beginning of the next; without it they overlap`;

/**
 * Reads the command line.
 * @throws Error with words for whoever typed it
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '10' },
      people: { type: 'string', default: '300' },
      seed: { type: 'string', default: '7' },
      only: { type: 'string', default: kinds.join() },
      apart: { type: 'string', default: '0' },
      logs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only.split(',').map((name) => {
    const kind = kinds.find((one) => one === name.trim());
    if (!kind) throw new Error(`There is no fault named ${name}`);
    return kind;
  });
  const number = (name: 'minutes' | 'people' | 'seed' | 'apart', least: number): number => {
    const value = Number(values[name]);
    if (!(value >= least))
      throw new Error(`--${name} must be a number from ${least} on, not ${values[name]}`);
    return value;
  };
  return {
    seconds: number('minutes', 0.2) * 60,
    people: number('people', 2),
    seed: number('seed', 0),
    only,
    apart: number('apart', 0),
    logs: values.logs,
  };
}
