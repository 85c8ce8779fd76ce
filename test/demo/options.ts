import { parseArgs } from 'node:util';

/** What `npm run demo` was asked for. */
export interface Options {
  people: number;
  seconds: number;
  url: string;
  seed: number;
  /** Outages are part of the play: a 503 or a lost connection is counted, and breaks nothing. */
  outages: boolean;
}

export const usage = `Plays a crowd against a running Minuet, over HTTP only.

  npm run demo -- [--people 40] [--seconds 60] [--url http://127.0.0.1:3000] [--seed 7] [--outages]

  --people   how many guests, 2 to 2000
  --seconds  how long they play before they go home, 5 to 3600
  --url      where Minuet runs
  --seed     who they are and what they feel like doing
  --outages  the server may be restarted meanwhile: 503 and lost connections break nothing

With DATABASE_URL and REDIS_URL (and REDIS_PREFIX) of that server the tables are looked at too. For short rounds
start the server with ROUND_SECONDS=5 DECISION_SECONDS=3; for many guests from one address with
RATE_LIMIT_FACTOR=50.`;

/**
 * Reads the command line.
 * @throws Error with words for whoever typed it
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      people: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '60' },
      url: { type: 'string', default: 'http://127.0.0.1:3000' },
      seed: { type: 'string', default: '7' },
      outages: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    people: whole('people', values.people, 2, 2000),
    seconds: whole('seconds', values.seconds, 5, 3600),
    url: new URL(values.url).origin,
    seed: whole('seed', values.seed, 0, 2 ** 31),
    outages: values.outages,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not ${text}`);
}
