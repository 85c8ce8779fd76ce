import type pg from 'pg';
import { groupBy } from '#core/groupBy.ts';
import { compatibility, type Person } from '#core/matching/compatibility.ts';
import { ageOn } from '#core/present.ts';
import type { Ledger, PollSent } from '../demo/ledger.ts';
import type { PairWait } from './waits.ts';

/** What the tables say of who waited, who could meet whom, and when. Instants in ms since the epoch. */
export interface Tables {
  /** Each session with all that matching compares. */
  sessions: Map<string, Person>;
  /** When each person, by name, waited in a session. */
  waited: (Stretch & { who: string; session: string })[];
  rounds: Round[];
  /** When a waiting person, by name, was not to be paired. */
  heldBack: (Stretch & { who: string })[];
  /** Two people, by their ids, who were not to meet from an instant on: in one session of either, or until an instant. */
  apart: (Stretch & { a: string; b: string; session: string | null })[];
}

interface Round {
  id: string;
  who: readonly [string, string];
  matchedMs: number;
  /** When it ended; Infinity while it goes on. */
  endedMs: number;
}

interface Stretch {
  fromMs: number;
  untilMs: number;
}

/** A stretch in which a person was free to be paired, and the round with which it ended, if with one. */
interface Free extends Stretch {
  session: string;
  round: Round | null;
}

/** One simulated user, and when they were free to be paired. */
interface SimulatedUser {
  who: string;
  held: boolean;
  free: Free[];
  /** When they polled. */
  asked: Stretch[];
}

/**
 * Finds every stretch of time during which two people were both there and fit each other: both waited, asked for a match
 * and were free to be paired, and neither their wishes nor what had happened between them kept them apart.
 */
export function pairWaits(
  { polls, visits, closedMs }: Pick<Ledger, 'polls' | 'visits' | 'closedMs'>,
  tables: Tables,
): PairWait[] {
  const people = peopleOf(polls, tables);
  const told = new Map(visits.map((visit) => [`${visit.round} ${visit.who}`, visit.toldMs]));
  const mayMeetFrom = createMayMeet(tables);
  const found: PairWait[] = [];
  for (const [index, a] of people.entries())
    for (const b of people.slice(index + 1))
      for (const mine of a.free)
        for (const theirs of b.free) {
          const unpairedUntilMs = Math.min(mine.untilMs, theirs.untilMs);
          const bothFromMs = Math.max(mine.fromMs, theirs.fromMs);
          if (bothFromMs >= unpairedUntilMs) continue;
          const fromMs = mayMeetFrom(mine.session, theirs.session, bothFromMs);
          if (fromMs >= unpairedUntilMs) continue;
          const round = mine.round?.id === theirs.round?.id ? mine.round : null;
          const toldMs = round ? [a, b].map((one) => toldAt(round, one, told)) : [];
          found.push({
            ...{ who: [a.who, b.who], fromMs, unpairedUntilMs },
            untilMs: Math.max(unpairedUntilMs, ...toldMs.map(({ atMs }) => atMs)),
            told: round !== null && toldMs.every(({ wasTold }) => wasTold),
          });
        }
  return found.flatMap((wait) => untilClosing(wait, closedMs));
}

/** Who goes home waits no longer. */
const untilClosing = (wait: PairWait, closedMs: number): PairWait[] => {
  if (wait.untilMs <= closedMs) return [wait];
  if (wait.fromMs >= closedMs) return [];
  const unpairedUntilMs = Math.min(wait.unpairedUntilMs, closedMs);
  return [{ ...wait, unpairedUntilMs, untilMs: closedMs, told: false }];
};

/**
 * When a person was told of a round: a plain script hears of it when it asks the next time, so what counts is when there
 * was something to hear. A person who was not told waited until the round ended, or until they polled no longer.
 */
function toldAt(
  { id, matchedMs, endedMs }: Round,
  { who, held, asked }: SimulatedUser,
  told: ReadonlyMap<string, number>,
): { atMs: number; wasTold: boolean } {
  const toldMs = told.get(`${id} ${who}`);
  if (!held) return { atMs: Math.min(matchedMs, toldMs ?? Infinity), wasTold: true };
  if (toldMs !== undefined) return { atMs: toldMs, wasTold: true };
  const then = asked.find(({ fromMs, untilMs }) => fromMs <= matchedMs && matchedMs < untilMs);
  return { atMs: Math.min(endedMs, then?.untilMs ?? matchedMs), wasTold: false };
}

function peopleOf(polls: readonly PollSent[], { waited, rounds, heldBack }: Tables): SimulatedUser[] {
  const [waits, back] = [groupBy(waited, ({ who }) => who), groupBy(heldBack, ({ who }) => who)];
  const roundsOf = new Map<string, Round[]>();
  for (const round of rounds)
    for (const who of round.who) roundsOf.set(who, [...(roundsOf.get(who) ?? []), round]);
  return [...groupBy(polls, ({ who }) => who)].map(([who, mine]) => {
    const asked = asking(mine);
    const notFree = [...(back.get(who) ?? []), ...mine.flatMap(cooling)];
    const free = (waits.get(who) ?? []).flatMap((wait) => {
      const { session } = wait;
      const round = roundsOf.get(who)?.find(({ matchedMs }) => matchedMs === wait.untilMs) ?? null;
      return without(within(wait, asked), notFree).map((stretch) => ({
        ...{ ...stretch, session, round: stretch.untilMs === wait.untilMs ? round : null },
      }));
    });
    return { who, held: mine.some(({ held }) => held), free, asked };
  });
}

const cooling = ({ sentMs, coolsUntilMs }: PollSent): Stretch[] =>
  coolsUntilMs > 0 ? [{ fromMs: sentMs - coolingKnownMs, untilMs: coolsUntilMs }] : [];
/** The answer to the first poll after an exit says that they cool down. */
const coolingKnownMs = 10_000;

/** When a person polled: a request was open, or the next one followed after the usual pause. */
function asking(polls: readonly PollSent[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { sentMs, doneMs, held } of [...polls].sort((a, b) => a.sentMs - b.sentMs)) {
    const last = stretches.at(-1);
    if (last && sentMs - last.untilMs <= (held ? heldGapMs : scriptGapMs))
      last.untilMs = Math.max(last.untilMs, doneMs);
    else stretches.push({ fromMs: sentMs, untilMs: doneMs });
  }
  return stretches;
}
const heldGapMs = 500;
const scriptGapMs = 3_500;

const within = ({ fromMs, untilMs }: Stretch, stretches: readonly Stretch[]): Stretch[] =>
  stretches
    .map((one) => ({ fromMs: Math.max(fromMs, one.fromMs), untilMs: Math.min(untilMs, one.untilMs) }))
    .filter((one) => one.fromMs < one.untilMs);

const without = (stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] =>
  others.reduce<Stretch[]>(
    (left, { fromMs, untilMs }) =>
      left.flatMap((one) =>
        [
          { fromMs: one.fromMs, untilMs: Math.min(one.untilMs, fromMs) },
          { fromMs: Math.max(one.fromMs, untilMs), untilMs: one.untilMs },
        ].filter((rest) => rest.fromMs < rest.untilMs),
      ),
    [...stretches],
  );

/** Says from when on two sessions could meet: Infinity when never after `fromMs`. */
function createMayMeet({ sessions, apart }: Tables): (a: string, b: string, fromMs: number) => number {
  const fits = new Map<string, boolean>();
  const kept = groupBy(apart, ({ a, b }) => keyOf(a, b));
  return (a, b, fromMs) => {
    const [one, other] = [sessions.get(a), sessions.get(b)];
    if (!one || !other) return Infinity;
    const key = keyOf(a, b);
    const fit = fits.get(key) ?? compatibility(one, other, anyRarity) !== null;
    fits.set(key, fit);
    if (!fit) return Infinity;
    let atMs = fromMs;
    for (const rule of kept.get(keyOf(one.userId, other.userId)) ?? [])
      if (rule.fromMs < fromMs && (rule.session === null || rule.session === a || rule.session === b))
        atMs = Math.max(atMs, rule.untilMs);
    return atMs;
  };
}

const keyOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
/** Whether two may meet does not depend on how rare their interests are. */
const anyRarity = { people: 0, holders: new Map<string, number>() };

/** Reads the tables of a run that is over. */
export async function readTables(database: pg.Client): Promise<Tables> {
  const read = async <Row extends object>(text: string) => (await database.query<Row>(text)).rows;
  const now = new Date();
  const sessions = await read<SessionRow>(sessionStatement);
  const rounds = await read<RoundRow>(roundStatement);
  return {
    sessions: new Map(
      sessions.map(({ id, birth_date, ...row }) => [
        id,
        { ...indifferent, ...row, age: ageOn(birth_date, now) },
      ]),
    ),
    waited: endless(await read<Open & { who: string; session: string }>(waitedStatement)),
    rounds: rounds.map(({ a, b, endedMs, ...row }) => ({
      ...{ ...row, who: [a, b], endedMs: endedMs ?? Infinity },
    })),
    heldBack: endless(await read<Open & { who: string }>(heldBackStatement)),
    apart: endless(await read<Open & { a: string; b: string; session: string | null }>(apartStatement)),
  };
}

type SessionRow = Pick<
  Person,
  'userId' | 'deviceId' | 'mode' | 'gender' | 'genders' | 'minAge' | 'maxAge' | 'cell' | 'maxDistanceKm'
> & { id: string; birth_date: string };

interface RoundRow {
  id: string;
  a: string;
  b: string;
  matchedMs: number;
  endedMs: number | null;
}

/** A stretch that may last for ever. */
interface Open {
  fromMs: number;
  untilMs: number | null;
}

const endless = <Row extends Open>(rows: Row[]) =>
  rows.map((row) => ({ ...row, untilMs: row.untilMs ?? Infinity }));

/** What does not decide whether two may meet. */
const indifferent: Omit<Person, keyof SessionRow | 'age'> = {
  ...{ version: 0, guard: 0, waitingSinceMs: 0, cooldownUntilMs: 0, priority: 0, avoid: new Set<string>() },
  ...{ interests: [], preferredInterests: [], seniority: null, personality: 50, personalityWeight: 0 },
};

const ms = (instant: string): string => `extract(epoch FROM ${instant})::float8 * 1000`;

const sessionStatement = `
  SELECT s.id, u.id AS "userId", s.device_id AS "deviceId", s.mode, u.gender, s.genders, s.min_age AS "minAge",
         s.max_age AS "maxAge", u.cell, s.max_distance_km AS "maxDistanceKm", u.birth_date::text AS birth_date
    FROM sessions s JOIN users u ON u.id = s.user_id`;

const waitedStatement = `
  SELECT who, session, "fromMs", "untilMs"
    FROM (SELECT u.display_name AS who, e.session_id AS session, e.from_state, e.to_state, ${ms('e.at')} AS "fromMs",
                 ${ms("min(e.at) FILTER (WHERE e.to_state <> 'WAITING')  OVER later")} AS "untilMs"
            FROM journey_events e JOIN users u ON u.id = e.user_id
          WINDOW later AS (PARTITION BY e.user_id ORDER BY e.version
                           ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) AS step
   WHERE to_state = 'WAITING' AND from_state <> 'WAITING'`;

const roundStatement = `
  SELECT r.id, a.display_name AS a, b.display_name AS b, ${ms('r.matched_at')} AS "matchedMs",
         ${ms('r.ended_at')} AS "endedMs"
    FROM rounds r JOIN users a ON a.id = r.user1_id JOIN users b ON b.id = r.user2_id`;

/**
 * After a vote until the partner has voted or the window has closed, which would reveal the vote; after a
 * mutual match until it was seen; and after a silence until the next request has come in.
 */
const heldBackStatement = `
  SELECT u.display_name AS who, ${ms('d.decided_at')} AS "fromMs",
         ${ms('least((SELECT max(o.decided_at) FROM decisions o WHERE o.round_id = r.id HAVING count(*) = 2), r.decide_until)')}
           AS "untilMs"
    FROM decisions d JOIN rounds r ON r.id = d.round_id JOIN users u ON u.id = d.user_id
  UNION ALL
  SELECT u.display_name, ${ms('e.at')},
         ${ms(`(SELECT min(s.at) FROM journey_events s
                 WHERE s.user_id = e.user_id AND s.version > e.version AND s.event = 'match_seen')`)}
    FROM journey_events e JOIN users u ON u.id = e.user_id
   WHERE e.event = 'match_told' AND e.to_state = 'WAITING'
  UNION ALL
  SELECT u.display_name, ${ms('p.at')}, ${ms('e.at')}
    FROM journey_events e JOIN users u ON u.id = e.user_id
    JOIN journey_events p ON p.user_id = e.user_id AND p.version = e.version - 1
   WHERE e.event = 'back_in_pool'`;

/** A row is written during the round that it names, and the two of it were not free anyway. */
const apartStatement = `
  SELECT x.user_id AS a, x.other_user_id AS b, x.session_id AS session, ${ms('r.matched_at')} AS "fromMs",
         ${ms('x.until')} AS "untilMs"
    FROM exclusions x JOIN rounds r ON r.id = x.round_id
  UNION ALL
  SELECT blocker_id, blocked_id, NULL, ${ms('created_at')}, NULL FROM blocks`;
