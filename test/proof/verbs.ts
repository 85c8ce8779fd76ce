import { erase } from '#core/accounts/erase.ts';
import { exportPerson } from '#core/accounts/export.ts';
import { createGuest } from '#core/accounts/guest.ts';
import { updateProfile } from '#core/accounts/profile.ts';
import { signIn } from '#core/accounts/signIn.ts';
import { clock } from '#core/clock.ts';
import { decide } from '#core/decisions/decide.ts';
import { Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Hold } from '#core/polling/hold.ts';
import { markPublished } from '#core/views/publish.ts';
import { endStaleSessions, expireNotices, publishMissed, recordPresence } from '#core/sweeps/journeys.ts';
import { lead } from '#core/matching/lease.ts';
import { heartbeat, nextMatch } from '#core/polling/nextMatch.ts';
import { pools } from '#core/pools.ts';
import { pause, resume } from '#core/sessions/pause.ts';
import { endSession, startSession, type Preferences } from '#core/sessions/session.ts';
import { newWaitingPool } from '#core/matching/waitingPool.ts';
import { wave } from '#core/matching/wave.ts';
import { end, skip } from '#core/rounds/exit.ts';
import { join } from '#core/rounds/join.ts';
import { leave } from '#core/rounds/leave.ts';
import { readRound } from '#core/rounds/read.ts';
import { cancelUnacknowledged, releaseLeft, releaseLost } from '#core/sweeps/silence.ts';
import { cancelUnjoined, endDueRounds, settleDueDecisions } from '#core/sweeps/rounds.ts';
import { decisions, type Decision } from '#core/rules.ts';
import { answerAppeal, appeal } from '#core/safety/appeal.ts';
import { block, unblock } from '#core/safety/block.ts';
import { flag } from '#core/safety/flag.ts';
import { confirmPermanent, lift } from '#core/safety/lift.ts';
import { restrict } from '#core/safety/restrict.ts';
import { standingOf } from '#core/restrictions/restricted.ts';
import { refuseRestricted } from '#core/restrictions/statement.ts';
import { say } from '#core/signalling/message.ts';
import { readSignals } from '#core/polling/readSignals.ts';
import { send } from '#core/signalling/send.ts';
import { parseCursor } from '#core/mailbox/signal.ts';
import { transaction } from '#core/transaction.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { guestInput } from '../build.ts';
import { versionIn, type Deed } from './history.ts';
import type { Person } from './people.ts';

/** An evening under way: who is there, and what has been done. */
export interface Evening {
  people: Person[];
  deeds: Deed[];
  /** The devices at which people are or have been, and may sign in. */
  devices: string[];
  /** The ids of three moderators. */
  staff: string[];
  /** Steps taken so far. */
  step: () => number;
  /** The present leader's token. */
  fence: string;
}

/** One thing that a person or the house does; `n` chooses among its variants. */
export type Verb = (evening: Evening, me: Person, n: number) => Promise<void>;

const pool = pools[0];
const atOnce: Hold = { waitSeconds: 0, isOver: () => false, onOver: () => undefined };
const everybody: Preferences = {
  ...{ mode: 'both', min_age: 18, max_age: 120, genders: [], preferred_interests: [] },
  ...{ personality_weight: 0.5, max_distance_km: null },
};
const among = <T>(choices: readonly T[], n: number): T => choices[n % choices.length]!;

/** Does something and takes it down as a deed, whatever comes of it. */
async function does<Answer>(
  { deeds, step }: Evening,
  deed: Pick<Deed, 'who' | 'did'> & Partial<Deed>,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const noted: Deed = { round: '', asked: {}, ...deed, from: step(), until: Infinity, untilMs: Infinity };
  deeds.push(noted);
  try {
    const answer = await work();
    noted.answer = answer ?? null;
    return answer;
  } catch (error) {
    if (error instanceof Problem) noted.refused = error.code;
    else noted.failed = failureIn(error);
    return undefined;
  } finally {
    noted.until = step();
    noted.untilMs = clock.ms();
  }
}

function failureIn(error: unknown): string {
  const { message = '' } = (error as { original?: { message?: string } }).original ?? {};
  return `${String(error)} ${message}`;
}

/** A request of somebody's as the API takes it in: whoever is restricted or gone is turned away at the door. */
const asks = async <Answer>(
  evening: Evening,
  me: Person,
  did: string,
  work: () => Promise<Answer>,
  asked: Record<string, unknown> = {},
  round = me.round,
): Promise<Answer | undefined> => {
  const request = async () => {
    const { role, restriction } = await standingOf(me);
    if (role === null) throw new Problem('unauthenticated');
    refuseRestricted(restriction);
    return work();
  };
  const answer = await does(evening, { who: me.userId, did, round, asked, again: request }, request);
  me.version = Math.max(me.version, versionIn(answer) ?? 0);
  return answer;
};

/** What the restricted may do too. */
const may = async <Answer>(
  evening: Evening,
  me: Person,
  did: string,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> => does(evening, { who: me.userId, did, round: me.round }, work);

const where = (me: Person) => ({ userId: me.userId, pool });

/** What people do, as their clients would. */
export const ofPeople = {
  start: async (evening, me, n) => {
    const request = { ...everybody, mode: among(['both', 'both', 'video', 'text'] as const, n) };
    me.starts += 1;
    const key = `${me.userId}-${me.starts}`;
    const started = await asks(evening, me, 'start', () => startSession(me, request, key));
    if (!started) return;
    me.session = started.session_id ?? me.session;
  },
  poll: async (evening, me, n) => {
    const seen = among([me.version, me.version, null], n);
    const told = await does(evening, { who: me.userId, did: 'poll', asked: { seen } }, () =>
      nextMatch(where(me), me.session, seen, atOnce),
    );
    if (!told) return;
    me.version = told.state_version;
    hearOf(me, told.match_data?.call_session_id);
  },
  heartbeat: async (evening, me) => {
    await does(evening, { who: me.userId, did: 'heartbeat' }, () => heartbeat(where(me), me.session));
  },
  pause: async (evening, me) => {
    const { session } = me;
    await asks(evening, me, 'pause', () => pause(me.userId, session));
  },
  resume: async (evening, me) => {
    const { session } = me;
    await asks(evening, me, 'resume', () => resume(me.userId, session));
  },
  stop: async (evening, me) => {
    const { session } = me;
    await asks(evening, me, 'stop', () => endSession(me.userId, session));
  },
  profile: async (evening, me, n) => {
    await asks(evening, me, 'profile', () =>
      updateProfile(me.userId, { interests: among([['jazz'], ['chess'], []], n) }),
    );
  },

  join: async (evening, me) => {
    const { round } = me;
    me.pages += 1;
    const page = `page-${me.userId}-${me.pages}`;
    const joined = await asks(evening, me, 'join', () => join(me.userId, round, page));
    if (!joined) return;
    me.epoch = joined.epoch;
    me.peerEpoch = joined.peerEpoch;
    me.cursor = joined.cursor === null ? null : parseCursor(joined.cursor);
    me.sent = 0;
  },
  look: async (evening, me) => {
    const { round } = me;
    await asks(evening, me, 'look', () => readRound(me.userId, round));
  },
  send: async (evening, me, n) => {
    const { round, epoch, peerEpoch } = me;
    const signals = Array.from({ length: 1 + (n % 2) }, (_, index) => ({
      client_seq: me.sent + index + 1,
      type: 'ice-candidate' as const,
      data: { from: me.userId, epoch, seq: me.sent + index + 1 },
    }));
    const work = () => send(me.userId, round, signals, { epoch, peerEpoch });
    const sent = await does(
      evening,
      { who: me.userId, did: 'send', round, asked: { signals, epoch }, again: work },
      work,
    );
    if (!sent) return;
    me.peerEpoch = sent.peer_epoch;
    if (n % 3 > 0) me.sent = sent.acked; // otherwise the answer is lost, and the batch comes again
  },
  signals: async (evening, me) => {
    const { round, cursor, version } = me;
    const mail = await does(
      evening,
      { who: me.userId, did: 'signals', round, asked: { after: cursor, seen: version } },
      () => readSignals(where(me), round, cursor, version, atOnce),
    );
    if (!mail) return;
    me.version = mail.session.state_version;
    me.peerEpoch = mail.session.peer.epoch;
    if (mail.next !== null) me.cursor = parseCursor(mail.next);
  },
  say: async (evening, me, n) => {
    const { round } = me;
    await asks(evening, me, 'say', () => say(me.userId, round, 'Hello', `line-${me.userId}-${n % 3}`), { n });
  },
  skip: async (evening, me) => {
    const { round } = me;
    await asks(evening, me, 'skip', () => skip(me.userId, round));
  },
  end: async (evening, me) => {
    const { round } = me;
    await asks(evening, me, 'end', () => end(me.userId, round));
  },
  leave: async (evening, me) => {
    const { round, epoch } = me;
    await asks(evening, me, 'leave', () => leave(me.userId, round, epoch), { epoch });
  },
  decide: async (evening, me, n) => {
    const { round } = me;
    const decision = among<Decision>(['continue', 'continue', ...decisions], n);
    await asks(evening, me, 'decide', () => decide(me.userId, round, decision), { decision });
  },
  flag: async (evening, me, n) => {
    const round = roundFor(me, n);
    const then = among(['idle', 'waiting', undefined] as const, n);
    const report = { match_id: round, category: 'spam' as const, ...(then && { then }) };
    await asks(evening, me, 'flag', () => flag(me.userId, report), { then }, round);
  },
  block: async (evening, me, n) => {
    const round = roundFor(me, n);
    await asks(evening, me, 'block', () => block(me.userId, round), {}, round);
  },
  unblock: async (evening, me) => {
    const blocks = await sql<{ id: string }>('SELECT id FROM blocks WHERE blocker_id = $1', [me.userId]);
    for (const { id } of blocks) await asks(evening, me, 'unblock', () => unblock(me.userId, id), { id });
  },
  erase: async (evening, me) => {
    await asks(evening, me, 'erase', () => erase(me.userId));
  },
  /** They sign in at another device, or at their own again, and go on from there. */
  signIn: async (evening, me, n) => {
    const deviceId = among(evening.devices, n);
    const signedIn = await may(evening, me, 'signIn', () =>
      transaction((tx) => signIn(tx, me.userId, deviceId, address)),
    );
    if (signedIn) me.deviceId = deviceId;
  },
  appeal: async (evening, me) => {
    for (const restriction_id of await restrictionsOf(me))
      await may(evening, me, 'appeal', () =>
        appeal({ ...me }, { restriction_id, text: 'It was my brother' }, undefined),
      );
  },
  export: async (evening, me) => {
    await may(evening, me, 'export', async () => {
      const { role } = await standingOf(me);
      if (role === null) throw new Problem('unauthenticated');
      return exportPerson({ ...me });
    });
  },
} satisfies Record<string, Verb>;

const restrictionsOf = async (me: Person): Promise<string[]> =>
  (await sql<{ id: string }>('SELECT id FROM restrictions WHERE user_id = $1', [me.userId])).map(
    ({ id }) => id,
  );

/** Where all of these people come from. */
export const address = 'proof';

/** A new round: the one before it is remembered. */
export function hearOf(me: Person, round: string | undefined): void {
  if (round === undefined || round === me.round) return;
  me.earlier = me.round;
  me.round = round;
}

/** Flags and blocks are of the round that they heard of last, or of an earlier one: of the same partner, perhaps. */
const roundFor = (me: Person, n: number): string => (n >= 8 ? me.earlier : me.round);

const house = 'house';
const runs =
  (did: string, work: () => Promise<unknown>): Verb =>
  async (evening) =>
    void (await does(evening, { who: house, did }, work));

/** What the house does by itself, and its moderators. */
export const ofTheHouse = {
  wave: async (evening) => {
    const { fence } = evening;
    await does(evening, { who: house, did: 'wave', asked: { fence } }, async () => {
      return (await wave(newWaitingPool(pool), fence)).opened;
    });
  },
  oldWave: async (evening) => {
    await does(
      evening,
      { who: house, did: 'oldWave' },
      async () => (await wave(newWaitingPool(pool), '0')).opened,
    );
  },
  newLeader: async (evening) => {
    clock.advance(1_300);
    const fence = await does(evening, { who: house, did: 'newLeader' }, () => lead(pool, newId()));
    evening.fence = fence ?? evening.fence;
  },
  time: async (_evening, _me, n) => {
    clock.advance(among([20, 1_000, 5_000, 8_000, 15_000, 20_000, 180_000], n));
    await redis.hset(keys.watch(pool), 'alive', clock.ms()); // sweepers have been running meanwhile
  },
  clock: runs('clock', endDueRounds),
  settle: runs('settle', settleDueDecisions),
  unjoined: runs('unjoined', cancelUnjoined),
  unacknowledged: runs('unacknowledged', cancelUnacknowledged),
  left: runs('left', releaseLeft),
  lost: runs('lost', async () => {
    await recordPresence();
    await releaseLost();
  }),
  stale: runs('stale', endStaleSessions),
  notices: runs('notices', expireNotices),
  missed: runs('missed', publishMissed),
  marks: runs('marks', markPublished),
  /** By the house itself, or by a moderator: then it is for good, once another one has confirmed it. */
  restrict: async (evening, me, n) => {
    const by = n % 2 === 0 ? null : among(evening.staff, n);
    const order = {
      userId: me.userId,
      kind: 'restriction',
      category: null,
      reason: 'Because',
      hours: by === null ? 24 : null,
      flagId: null,
    } as const;
    await does(evening, { who: house, did: 'restrict', asked: { whom: me.userId } }, () =>
      restrict(order, by),
    );
  },
  lift: async (evening, me, n) => {
    const by = among(evening.staff, n);
    for (const id of await restrictionsOf(me))
      await does(evening, { who: house, did: 'lift', asked: { whom: me.userId } }, () => lift(id, by));
  },
  confirm: async (evening, me, n) => {
    const by = among(evening.staff, n);
    for (const id of await restrictionsOf(me))
      await does(evening, { who: house, did: 'confirm', asked: { whom: me.userId } }, () =>
        confirmPermanent(id, by),
      );
  },
  answer: async (evening, me, n) => {
    const by = among(evening.staff, n);
    const decision = n % 2 === 0 ? 'uphold' : 'lift';
    const appeals = await sql<{ id: string }>('SELECT id FROM appeals WHERE user_id = $1', [me.userId]);
    for (const { id } of appeals)
      await does(evening, { who: house, did: 'answer', asked: { whom: me.userId, decision } }, () =>
        answerAppeal(id, by, { decision, answer: 'We have looked at it' }),
      );
  },
  /** Somebody new comes in from the network from which all of these people come. */
  newcomer: async (evening) => {
    await does(evening, { who: house, did: 'newcomer' }, async () => {
      await createGuest(guestInput({ display_name: 'New' }), { from: address, idempotencyKey: undefined });
    });
  },
} satisfies Record<string, Verb>;

export const verbs = { ...ofPeople, ...ofTheHouse };
export type VerbName = keyof typeof verbs;
