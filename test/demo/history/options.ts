import { parseArgs } from 'node:util';

/** What `npm run demo:history` was asked for. */
export interface Options {
  days: number;
  people: number;
  seed: number;
}

export const usage = `Fills a database with days of plausible activity, through the same code that serves people.

  npm run demo:history -- [--days 30] [--people 160] [--seed 7]

  --days    how many whole days before today, 1 to 80
  --people  how many members there are, 4 to 2000
  --seed    who they are and what they feel like doing: the same seed tells the same story

What was counted in these days is counted anew. It fills the database of DATABASE_URL, or the one that npm start keeps in DATA_DIR. Minuet must not run on it
meanwhile: time goes by in there faster than it would believe.`;

/**
 * Reads the command line.
 * @throws Error with words for whoever typed it
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      days: { type: 'string', default: '30' },
      people: { type: 'string', default: '160' },
      seed: { type: 'string', default: '7' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    days: whole('days', values.days, 1, 80),
    people: whole('people', values.people, 4, 2000),
    seed: whole('seed', values.seed, 0, 2 ** 31),
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not ${text}`);
}
