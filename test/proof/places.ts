import { createGuest } from '#core/accounts/guest.ts';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { markPublished } from '#core/views/publish.ts';
import { lead } from '#core/matching/lease.ts';
import { pools } from '#core/pools.ts';
import { settings } from '#core/settings.ts';
import { sql } from '#db/postgres.ts';
import { guestInput } from '../build.ts';
import { readAccessToken } from '#core/accounts/token.ts';
import { newPerson, type Person } from './people.ts';
import { address, hearOf, verbs, type Evening, type VerbName } from './verbs.ts';

/** Where an evening begins, and what people are likely to do there. */
export interface Place {
  /** Brings six people there: the first two are one pair, the third and fourth another, the sixth shares a device with the fifth. */
  come: (evening: Evening) => Promise<void>;
  likely: VerbName[];
  /** How many people it takes; two unless told. */
  least?: number;
}

/** Each step takes a millisecond: in the middle of an evening it is time. */
const nearlyMs = 30;
const exits: VerbName[] = ['skip', 'end', 'leave', 'flag', 'block', 'stop', 'start', 'pause'];

export const places = {
  home: {
    come: async () => undefined,
    likely: ['start', 'start', 'poll', 'wave', 'pause', 'stop', 'restrict', 'erase'],
  },
  waiting: {
    come: (evening) => wait(evening),
    likely: [
      'wave',
      'wave',
      'poll',
      'pause',
      'resume',
      'stop',
      'start',
      'profile',
      'restrict',
      'erase',
      'oldWave',
    ],
  },
  paired: {
    come: (evening) => pair(evening),
    likely: ['poll', 'join', 'join', 'unacknowledged', 'time', 'wave', ...exits],
  },
  oneJoined: {
    come: async (evening) => {
      await pair(evening);
      await each(evening, inPairs, 'poll');
      await each(evening, [0, 2], 'join');
    },
    likely: ['join', 'join', 'poll', 'send', 'signals', 'unjoined', 'time', 'lost', 'restrict', ...exits],
  },
  talking: {
    come: (evening) => talk(evening),
    likely: ['poll', 'send', 'send', 'signals', 'say', 'join', 'left', 'lost', 'restrict', 'erase', ...exits],
  },
  writing: {
    come: (evening) => talk(evening, inText),
    likely: ['say', 'say', 'say', 'poll', 'signals', 'clock', 'restrict', 'erase', ...exits],
  },
  again: {
    come: async (evening) => {
      await decideNow(evening);
      await each(evening, searching, 'stop');
      for (const two of [
        [0, 1],
        [2, 3],
      ]) {
        await each(evening, two, 'start');
        await each(evening, two, 'poll');
        await openRounds(evening);
      }
      await meet(evening);
    },
    likely: ['flag', 'flag', 'block', 'block', 'unblock', 'wave', 'poll', 'start', 'lost', ...exits],
  },
  lastMoment: {
    come: async (evening) => {
      await talk(evening);
      clock.advance(settings.roundSeconds * 1000 - nearlyMs);
    },
    likely: ['poll', 'clock', 'clock', 'time', 'decide', 'decide', 'signals', 'send', 'say', ...exits],
  },
  deciding: {
    come: (evening) => decideNow(evening),
    likely: [
      'decide',
      'decide',
      'decide',
      'poll',
      'settle',
      'flag',
      'block',
      'restrict',
      'stop',
      'wave',
      'erase',
    ],
  },
  closing: {
    come: async (evening) => {
      await decideNow(evening);
      await each(evening, [0], 'decide');
      clock.advance(settings.decisionSeconds * 1000 - nearlyMs);
    },
    likely: ['decide', 'decide', 'settle', 'time', 'poll', 'block', 'flag', 'wave', 'stop', 'pause'],
  },
  told: {
    come: async (evening) => {
      await talk(evening);
      await each(evening, [0, 2], 'skip');
    },
    likely: ['poll', 'poll', 'end', 'skip', 'notices', 'time', 'flag', 'block', 'stop', 'wave', 'pause'],
  },
  matched: {
    come: async (evening) => {
      await decideNow(evening);
      await each(evening, inPairs, 'decide');
    },
    likely: ['poll', 'poll', 'block', 'flag', 'erase', 'start', 'stop', 'wave', 'heartbeat'],
  },
  ahead: {
    come: async (evening) => {
      await decideNow(evening);
      await each(evening, [0, 2], 'decide');
      await each(evening, [0, 2, 4], 'poll');
    },
    likely: [
      'decide',
      'decide',
      'decide',
      'wave',
      'wave',
      'poll',
      'poll',
      'settle',
      'block',
      'start',
      'stop',
    ],
    least: 3,
  },
  apart: {
    come: async (evening) => {
      await decideNow(evening);
      await each(evening, [0], 'block');
      await each(evening, [1, 3], 'decide');
      await each(evening, [2], 'decide', aSkip);
      await each(evening, inPairs, 'start');
      await each(evening, inPairs, 'poll');
    },
    likely: ['wave', 'wave', 'wave', 'poll', 'pause', 'start', 'profile', 'unblock', 'restrict', 'time'],
  },
  restricted: {
    come: async (evening) => {
      await talk(evening);
      await each(evening, [0], 'restrict', byTheFirst);
      await each(evening, [2], 'restrict', byTheFirst);
      await each(evening, [2], 'confirm', byTheSecond);
      await each(evening, [2], 'appeal');
    },
    likely: [
      'confirm',
      'confirm',
      'lift',
      'lift',
      'appeal',
      'answer',
      'answer',
      'answer',
      'signIn',
      'signIn',
      'start',
      'poll',
      'export',
      'restrict',
      'newcomer',
      'erase',
    ],
  },
} satisfies Record<string, Place>;
export type PlaceName = keyof typeof places;

/** Of the votes that `decide` chooses among. */
const aSkip = 3;
/** Of the modes that `start` chooses among. */
const inText = 3;
/** Of the moderators among whom `restrict` and `confirm` choose. */
const byTheFirst = 3;
const byTheSecond = 1;
const inPairs = [0, 1, 2, 3];
const searching = [...inPairs, 4];

async function each(evening: Evening, who: readonly number[], verb: VerbName, n = 0): Promise<void> {
  for (const index of who) {
    clock.advance(1);
    await verbs[verb](evening, evening.people[index]!, n);
  }
  const [broken] = evening.deeds.filter(({ failed, refused }) => failed ?? refused);
  if (broken) throw new Error(`A place could not be reached: ${JSON.stringify(broken)}`);
}

async function wait(evening: Evening, mode = 0): Promise<void> {
  await each(evening, searching, 'start', mode);
  await each(evening, searching, 'poll');
}

/** Whom the wave pairs is its own choice: whoever was paired comes first. */
async function pair(evening: Evening, mode = 0): Promise<void> {
  await wait(evening, mode);
  await openRounds(evening);
}

async function openRounds(evening: Evening): Promise<void> {
  await markPublished();
  await each(evening, [0], 'wave');
  const { people } = evening;
  const rounds = await sql<{ id: string; user1_id: string; user2_id: string }>(
    'SELECT id, user1_id, user2_id FROM rounds WHERE ended_at IS NULL ORDER BY id',
  );
  const paired = rounds.flatMap(({ id, user1_id, user2_id }) =>
    [user1_id, user2_id].map((userId) => {
      const one = people.find((person) => person.userId === userId)!;
      hearOf(one, id);
      return one;
    }),
  );
  const rest = people.filter((one) => !paired.includes(one));
  people.splice(0, people.length, ...paired, ...rest);
}

async function talk(evening: Evening, mode = 0): Promise<void> {
  await pair(evening, mode);
  await meet(evening);
}

async function meet(evening: Evening): Promise<void> {
  await each(evening, inPairs, 'poll');
  await each(evening, inPairs, 'join');
  await each(evening, inPairs, 'poll');
}

async function decideNow(evening: Evening): Promise<void> {
  await talk(evening);
  clock.advance(settings.roundSeconds * 1000);
  await each(evening, [0], 'clock');
  await each(evening, inPairs, 'poll');
}

/** Six people who have just come in, two of whom have left early four times already; and three moderators. */
export async function newEvening(): Promise<Evening> {
  const people: Person[] = [];
  let token: string | undefined;
  for (const name of ['Ann', 'Bob', 'Cas', 'Dan', 'Eve', 'Fay']) {
    const guest = guestInput({ display_name: name, ...(name === 'Fay' && { device_token: token }) });
    const signedIn = await createGuest(guest, { from: address, idempotencyKey: undefined });
    const { me } = readAccessToken(signedIn.access_token);
    token = signedIn.device_token;
    people.push(newPerson(name, me.userId, me.deviceId));
  }
  for (const early of people.slice(0, 2)) {
    await sql('UPDATE devices SET early_exits = 4 WHERE id = $1', [early.deviceId]);
    await sql('UPDATE journeys SET early_exits = 4 WHERE user_id = $1', [early.userId]);
  }
  const staff = [await newModerator(), await newModerator(), await newModerator()];
  const devices = people.map(({ deviceId }) => deviceId);
  const fence = (await lead(pools[0], newId())) ?? '';
  return { people, devices, staff, deeds: [], step: () => 0, fence };
}

async function newModerator(): Promise<string> {
  const guest = guestInput({ display_name: 'Moderator' });
  const signedIn = await createGuest(guest, { from: 'the office', idempotencyKey: undefined });
  const { userId } = readAccessToken(signedIn.access_token).me;
  await sql(
    `UPDATE users SET kind = 'member', role = 'moderator', email = id || '@example.org', password_hash = 'x'
      WHERE id = $1`,
    [userId],
  );
  return userId;
}
