import type { Sight } from '#core/invariants/sight.ts';
import { publicReason } from '#core/rounds/endings.ts';
import type { EndReason } from '#core/journey/journey.ts';
import type { Decision } from '#core/rules.ts';
import { keysUnder } from '#db/keys.ts';

/** One thing that somebody did, and what they were told: a line of a recorded history. */
export interface Deed {
  /** A user id, or `house`. */
  who: string;
  /** The verb: `skip`, `decide`, `send` …; others than those of this file are not looked at. */
  did: string;
  /** The round that it was about. */
  round: string;
  /** What was asked beside that. */
  asked: Record<string, unknown>;
  /** When it was asked, and when it was answered, in steps of the evening. */
  from: number;
  until: number;
  /** When it was answered by the product's clock, ms. */
  untilMs: number;
  answer?: unknown;
  /** The code of a refusal. */
  refused?: string;
  /** What is no answer of the product at all. */
  failed?: string;
  /** Does it once more, in the same words. */
  again?: () => Promise<unknown>;
}

/** What the tables say of what was done, when all is over. */
interface Tables {
  rounds: Record<
    string,
    {
      end_reason: EndReason | null;
      deadline_at: string | null;
      settled_at: string | null;
      mutual_at: string | null;
      user1_id: string;
      user2_id: string;
      pool: string;
    }
  >;
  votes: Record<string, { decision: Decision }>;
  flags: string[];
  blocks: string[];
  /** The matches that each person has yet to be told of. */
  untold: Record<string, string[]>;
  restricted: string[];
}

/**
 * Holds a recorded history against what has become of it: what was acknowledged is there, and what was told is true.
 * @returns a sentence for each promise that was broken
 */
export async function judgeHistory(sight: Sight, deeds: readonly Deed[]): Promise<string[]> {
  const [row] = await sight.sql<{ tables: Tables }>(tablesStatement, []);
  const tables = row!.tables;
  return [
    ...deeds.flatMap(failures),
    ...deeds.flatMap((deed) => lost(deed, deeds, tables)),
    ...deeds.flatMap((deed) => untrue(deed, tables)),
    ...deeds.flatMap((deed) => unheeded(deed, deeds)),
    ...deeds.flatMap(wentBack),
    ...withheld(deeds, tables),
    ...(await signalsOf(sight, deeds, tables)),
  ];
}

const tablesStatement = `
  SELECT jsonb_build_object(
    'rounds', (SELECT coalesce(jsonb_object_agg(id, to_jsonb(r)), '{}') FROM rounds r),
    'votes', (SELECT coalesce(jsonb_object_agg(user_id || ' ' || round_id, to_jsonb(d)), '{}') FROM decisions d),
    'flags', (SELECT coalesce(jsonb_agg(reporter_id || ' ' || round_id), '[]') FROM flags),
    'blocks', (SELECT coalesce(jsonb_agg(blocker_id || ' ' || blocked_id), '[]') FROM blocks),
    'untold', (SELECT coalesce(jsonb_object_agg(user_id, match_notices), '{}') FROM journeys),
    'restricted', (SELECT coalesce(jsonb_agg(s.user_id), '[]') FROM sessions s
                    JOIN restriction_reach t ON t.subject IN (s.user_id, s.device_id))) AS tables`;

const acknowledged = (deed: Deed): boolean => deed.answer !== undefined;
const line = ({ again: _, ...deed }: Deed): string => JSON.stringify(deed).slice(0, 600);

function failures(deed: Deed): string[] {
  if (deed.failed !== undefined) return [`${kept(deed.failed) ?? 'A verb failed'}: ${line(deed)}`];
  if (deed.refused === undefined || mayBeRefused.includes(deed.refused)) return [];
  if (deed.refused === 'unavailable' && deed.did !== 'erase')
    return [`The house was not available: ${line(deed)}`];
  return alwaysWork.includes(deed.did) ? [`Something was refused that always works: ${line(deed)}`] : [];
}

/** What a unique index alone has kept from happening: the code was about to let it. */
const kept = (failure: string): string | undefined =>
  Object.entries(keptBy).find(([index]) => failure.includes(`"${index}"`))?.[1];
const keptBy = {
  round_participants_one_live: 'An index alone has kept somebody out of a second live round',
  sessions_one_open: 'An index alone has kept somebody from a second open session',
  journey_events_pkey: 'An index alone has kept two from moving somebody at once',
  decisions_pkey: 'An index alone has kept somebody from a second vote',
};

const alwaysWork = ['skip', 'end', 'stop', 'restrict', 'lift', 'flag', 'block'];
const mayBeRefused = ['not_found', 'unauthenticated', 'restricted', 'flag_too_late'];

/** A flag, a block or a vote that was acknowledged is there in the end, unless its owner has taken it back. */
function lost(deed: Deed, deeds: readonly Deed[], { rounds, votes, flags, blocks }: Tables): string[] {
  if (!acknowledged(deed)) return [];
  const { who, did, round } = deed;
  const didLater = (...verbs: string[]) =>
    deeds.some((other) => other.who === who && verbs.includes(other.did) && other.until > deed.from);
  if (did === 'flag' && !flags.includes(`${who} ${round}`)) return [`A flag was lost: ${line(deed)}`];
  const seats = rounds[round];
  const partner = seats?.user1_id === who ? seats.user2_id : (seats?.user1_id ?? '');
  if (
    (did === 'block' || did === 'flag') &&
    !didLater('unblock', 'erase') &&
    !blocks.includes(`${who} ${partner}`)
  )
    return [`A block was lost: ${line(deed)}`];
  if (did !== 'decide' || didLater('erase')) return [];
  const vote = votes[`${who} ${round}`]?.decision;
  const withdrawn = vote === 'skip' && (didLater('flag', 'block') || mayBeReached(who, deeds));
  return vote === deed.asked.decision || withdrawn ? [] : [`A vote was lost: ${line(deed)}`];
}

/** A restriction reaches them, or, once people have signed in at each other's devices, may do so. */
const mayBeReached = (userId: string, deeds: readonly Deed[]): boolean =>
  deeds.some(({ did, asked }) => (did === 'restrict' && asked.whom === userId) || did === 'signIn');

/** Whatever was told of a round is what the tables say of it, and nothing was told that is a secret. */
function untrue(deed: Deed, { rounds }: Tables): string[] {
  const round = rounds[deed.round];
  const told = deed.answer as Record<string, unknown> | string | null | undefined;
  if (!told) return [];
  if (deed.did === 'decide') {
    const isSettled = Date.parse(round?.settled_at ?? '') <= deed.untilMs;
    if (told === 'mutual' && !round?.mutual_at) return [`A match was told that is none: ${line(deed)}`];
    if (told === 'passed' && deed.asked.decision === 'continue' && !isSettled)
      return [`Somebody was told early that the other one has said no: ${line(deed)}`];
    return [];
  }
  if (typeof told !== 'object') return [];
  const isExit = deed.did === 'skip' || deed.did === 'end';
  if (isExit && round && told.end_reason !== (round.end_reason && publicReason(round.end_reason)))
    return [`Somebody was told of another ending: ${line(deed)}`];
  if (deed.did === 'look' && round && told.ends_at instanceof Date)
    if (told.ends_at.getTime() !== Date.parse(round.deadline_at ?? ''))
      return [`Somebody was told of another deadline: ${line(deed)}`];
  const notice = told.notice as Notice | null | undefined;
  if (notice?.reason === 'mutual' && rounds[notice.match_id] && !rounds[notice.match_id]?.mutual_at)
    return [`A match was told that is none: ${line(deed)}`];
  if (deed.did === 'export') return tellsOfOthers(deed, rounds);
  if (deed.did === 'oldWave' && Array.isArray(told) && told.length > 0)
    return [`A leader that was replaced has opened rounds: ${line(deed)}`];
  return [];
}

/** An export has nothing of a partner's, not even who it was. */
function tellsOfOthers(deed: Deed, rounds: Tables['rounds']): string[] {
  const others = Object.values(rounds)
    .flatMap(({ user1_id, user2_id }) => [user1_id, user2_id])
    .filter((userId) => userId !== deed.who);
  const text = JSON.stringify(deed.answer);
  return others.some((userId) => text.includes(userId))
    ? [`An export tells of somebody else: ${line(deed)}`]
    : [];
}

/** Of a match both hear, unless one of them takes it back: it is not put away before it was told. */
function withheld(deeds: readonly Deed[], { rounds, blocks, untold, restricted }: Tables): string[] {
  return Object.entries(rounds).flatMap(([round, { mutual_at, user1_id, user2_id }]) => {
    const seats = [user1_id, user2_id];
    const tookBack = ({ did, who }: Deed) => ['flag', 'block', 'erase'].includes(did) && seats.includes(who);
    const isKept =
      mutual_at !== null &&
      !deeds.some(tookBack) &&
      ![seats.join(' '), seats.toReversed().join(' ')].some((pair) => blocks.includes(pair));
    return seats
      .filter((who) => isKept && !restricted.includes(who) && untold[who]?.includes(round) === false)
      .filter((who) => !deeds.some((deed) => deed.who === who && tellsMatch(deed, round)))
      .map((who) => `A match was put away before it was told: ${who} in ${round}`);
  });
}

function tellsMatch(deed: Deed, round: string): boolean {
  if (deed.did === 'decide') return deed.round === round && deed.answer === 'mutual';
  const told = deed.answer as
    { notice?: Notice | null; session?: { notice: Notice | null } } | null | undefined;
  const notice = told?.notice ?? told?.session?.notice;
  return notice?.reason === 'mutual' && notice.match_id === round;
}

interface Notice {
  reason: string;
  match_id: string;
}

/** After a restriction or an erasure was acknowledged, nothing more is done for that person. */
function unheeded(deed: Deed, deeds: readonly Deed[]): string[] {
  if (!acknowledged(deed)) return [];
  const erased = deeds.some(
    (other) =>
      other.did === 'erase' && other.who === deed.who && acknowledged(other) && other.until <= deed.from,
  );
  if (erased) return [`Somebody who was erased went on: ${line(deed)}`];
  const about = (did: string) =>
    deeds.filter((other) => other.did === did && acknowledged(other) && other.asked.whom === deed.who);
  const restricted = about('restrict').some(({ until }) => until <= deed.from);
  const lifted = [...about('lift'), ...about('answer')].length > 0;
  return restricted && !lifted && !openToRestricted.includes(deed.did)
    ? [`Somebody who was restricted went on: ${line(deed)}`]
    : [];
}

const openToRestricted = ['signIn', 'appeal', 'export'];

/** Nobody is told of an older state than they say that they have seen. */
function wentBack(deed: Deed): string[] {
  const { seen } = deed.asked;
  const told = versionIn(deed.answer);
  return typeof seen === 'number' && told !== undefined && told < seen
    ? [`Somebody was told of an older state than they know: ${line(deed)}`]
    : [];
}

/** The `state_version` of any answer that has one. */
export function versionIn(answer: unknown): number | undefined {
  const told = answer as
    | { state_version?: number; stateVersion?: number; session?: { state_version?: number } }
    | null
    | undefined;
  return told?.state_version ?? told?.stateVersion ?? told?.session?.state_version;
}

interface Signal {
  seq: number;
  epoch: number;
  type: string;
  data: { from?: string; epoch?: number; seq?: number };
}

/** Signals come in order, without gaps, from the partner alone, and what was acknowledged has arrived; none after the end. */
async function signalsOf(sight: Sight, deeds: readonly Deed[], { rounds }: Tables): Promise<string[]> {
  const found: string[] = [];
  const known = new Map<string, string>();
  for (const deed of deeds) {
    if (deed.did === 'signals' && acknowledged(deed)) found.push(...readWell(deed, known));
    if (deed.did === 'send' && acknowledged(deed)) {
      const sent = deed.answer as { acked: number; dropped: number };
      const over = deeds.some(
        (other) =>
          other.round === deed.round &&
          ['skip', 'end', 'block', 'flag'].includes(other.did) &&
          acknowledged(other) &&
          other.until < deed.from,
      );
      if (over && sent.dropped === 0) found.push(`A signal was taken after the end: ${line(deed)}`);
      if (sent.dropped === 0 && !(await hasArrived(sight, deed, rounds)))
        found.push(`A signal that was acknowledged has not arrived: ${line(deed)}`);
    }
  }
  return found;
}

function readWell(deed: Deed, known: Map<string, string>): string[] {
  const { signals, next } = deed.answer as { signals: Signal[]; next: string | null };
  const after = deed.asked.after as { generation: string; seq: number } | null;
  const found: string[] = [];
  const last = new Map<string, number>();
  for (const [index, signal] of signals.entries()) {
    if (after && signal.seq !== after.seq + index + 1)
      found.push(`There is a gap in the signals: ${line(deed)}`);
    if (signal.data.from === deed.who) found.push(`Somebody got their own signal: ${line(deed)}`);
    const place = `${deed.who} ${deed.round} ${(next ?? '').split(':')[0]} ${signal.seq}`;
    const text = JSON.stringify(signal);
    if ((known.get(place) ?? text) !== text) found.push(`A signal has changed: ${line(deed)}`);
    known.set(place, text);
    if (signal.data.seq === undefined) continue;
    const page = `${signal.data.from} ${signal.data.epoch}`;
    if ((last.get(page) ?? -Infinity) >= signal.data.seq)
      found.push(`Signals came out of order: ${line(deed)}`);
    last.set(page, signal.data.seq);
  }
  return found;
}

/** Looks into the mailbox itself, which is kept for a minute after the end. */
async function hasArrived(
  { redis, redisPrefix }: Sight,
  deed: Deed,
  rounds: Tables['rounds'],
): Promise<boolean> {
  const round = rounds[deed.round];
  if (!round) return true;
  const reader = round.user1_id === deed.who ? round.user2_id : round.user1_id;
  const [header, ...entries] = await redis.lrange(
    keysUnder(redisPrefix).mailbox(round.pool, deed.round, reader),
    0,
    -1,
  );
  if (header === undefined) return true; // emptied, or forgotten with an account
  const { acked } = deed.answer as { acked: number };
  const { signals = [], epoch } = deed.asked as { signals?: { client_seq: number }[]; epoch: number };
  return signals
    .filter(({ client_seq }) => client_seq <= acked)
    .every(({ client_seq }) =>
      entries.some((entry) => {
        const { data } = JSON.parse(entry.slice(entry.indexOf(' ') + 1)) as Partial<Signal>;
        return data?.from === deed.who && data.epoch === epoch && data.seq === client_seq;
      }),
    );
}
