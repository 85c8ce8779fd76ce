import { states, transitions, type State } from '#core/journey/journey.ts';
import type { Evening } from './crowd.ts';
import { breaks, type Ledger, type Trail } from './ledger.ts';
import { latenessMs, percentile } from './lateness.ts';
import { sidesOf, type Listed, type Side } from './sides.ts';

/** Beside what any request takes at that time: a starved machine is late with everything. */
const mostLateMs = 1_000;
/** What two processes' clocks may differ by: one ends a round, another opens the next. */
const clocksDifferMs = 50;

/**
 * Holds what the crowd saw against the product's promises, and writes into the ledger what was broken. Only
 * answers to clients count here; test/invariants.ts looks into the tables.
 * @param outages whether there were any: nobody is told anything in time by a server that is away
 */
export function judge(
  { ledger, lists, people }: Pick<Evening, 'ledger' | 'lists' | 'people'>,
  outages = false,
): void {
  for (const trail of ledger.trails.values()) judgeTrail(ledger, trail);
  const lateMs = mostLateMs + (percentile(ledger.tookMs, 99) ?? 0);
  for (const visit of ledger.visits) {
    if (visit.overstayedMs > lateMs) breaks(ledger, 'a round went on after its end');
    if (!outages && (latenessMs(visit) ?? 0) > lateMs)
      breaks(ledger, 'told of the end more than a second late');
  }
  for (const list of lists.values()) judgeList(ledger, list);
  const handles = new Map(people.map(({ guest, more }) => [guest.display_name, more.contact_handle]));
  const rounds = [...sidesOf(ledger.visits, lists).values()];
  for (const sides of rounds) judgeRound(ledger, sides, handles);
  judgeRematches(ledger, rounds);
}

/** Each version is one step of the table from the one before; where some were not seen, as many steps. */
function judgeTrail(ledger: Ledger, trail: Trail): void {
  const seen = [...trail].sort(([a], [b]) => a - b);
  for (const [index, [version, state]] of seen.entries()) {
    const [earlier, from] = seen[index - 1] ?? [version, state];
    if (!reachable(from, state, version - earlier))
      breaks(ledger, `no way from ${from} to ${state} in ${version - earlier} steps`);
  }
}

// A remark is a step too, and leads nowhere.
const steps = new Map<State, Set<State>>(states.map((state) => [state, new Set([state])]));
for (const row of Object.values<Partial<Record<State, State>>>(transitions))
  for (const from of states) if (row[from]) steps.get(from)?.add(row[from]);

function reachable(from: State, to: State, within: number): boolean {
  let there = new Set([from]);
  for (let step = 0; step < Math.min(within, states.length); step += 1)
    there = new Set([...there].flatMap((state) => [...(steps.get(state) ?? [])]));
  return there.has(to);
}

/** Everything has ended, and nobody was in two rounds at once. */
function judgeList(ledger: Ledger, list: readonly Listed[]): void {
  const inOrder = [...list].sort((a, b) => ms(a.matched_at) - ms(b.matched_at));
  for (const [index, { ended_at }] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (ended_at === null) breaks(ledger, 'a round that never ended');
    else if (next && ms(next.matched_at) < ms(ended_at) - clocksDifferMs)
      breaks(ledger, 'somebody in two rounds at once');
  }
}

/** Both have the same round, each with the other; both are told of a match, or neither. */
function judgeRound(ledger: Ledger, sides: readonly Side[], handles: ReadonlyMap<string, string>): void {
  if (sides.length > 2) breaks(ledger, 'more than two people in a round');
  const [a, b] = sides;
  if (!a || !b) return; // the other one is none of us
  const disagree = (what: string) => breaks(ledger, `the two of a round disagree: ${what}`);
  if (a.visit && b.visit && a.visit.role === b.visit.role) disagree('role');
  if (a.visit && b.visit && a.visit.mode !== b.visit.mode) disagree('mode');
  if (a.listed && b.listed) {
    const [as, bs] = [beforeSettling(a.listed), beforeSettling(b.listed)];
    for (const key of sameForBoth) if (wire(as[key]) !== wire(bs[key])) disagree(key);
    if (mirrored[a.listed.ended_by ?? 'none'] !== (b.listed.ended_by ?? 'none')) disagree('ended_by');
  }
  for (const [mine, theirs] of both(a, b)) judgeSide(ledger, mine, theirs.who, handles);
}

/** The two read their lists one after the other, and the decision window may have closed in between. */
const beforeSettling = (listed: Listed): Listed => ({
  ...listed,
  status: listed.status === 'passed' ? 'completed' : listed.status,
});

const sameForBoth = [
  ...(['mode', 'status', 'matched_at', 'started_at', 'ended_at', 'end_reason'] as const),
  ...(['mutual', 'mutual_at', 'compatibility_score', 'matched_topics'] as const),
] satisfies (keyof Listed)[];
const mirrored = { me: 'partner', partner: 'me', system: 'system', none: 'none' } as const;

function judgeSide(ledger: Ledger, side: Side, partner: string, handles: ReadonlyMap<string, string>): void {
  const { visit, listed } = side;
  if (!listed) {
    if (!isHidden(ledger, side, partner)) breaks(ledger, 'somebody does not list a round');
    return;
  }
  if (listed.partner?.user_name !== partner) breaks(ledger, 'the two of a round disagree: partner');
  const told = visit?.toldMutual ?? false;
  // A plain script is told once: it cannot say that an answer was lost, where one was. It finds the match in its list.
  const mayMissIt = visit?.held === false && visit.answerLost;
  if (listed.mutual && !told && !mayMissIt) breaks(ledger, 'a match of which somebody was not told');
  if (!listed.mutual && told) breaks(ledger, 'somebody was told of a match that is none');
  if ((listed.partner?.contact_handle ?? null) !== (listed.mutual ? handles.get(partner) : null))
    breaks(ledger, 'a contact handle is where it does not belong, or not where it does');
}

/** Whoever blocks or flags somebody does not list them any more, and takes a match back from them. */
function isHidden({ visits }: Ledger, { who, visit }: Side, partner: string): boolean {
  const hides = (one: string, other: string) =>
    visits.some(
      ({ did, ...by }) => (did === 'block' || did === 'flag') && by.who === one && by.partner === other,
    );
  return hides(who, partner) || (visit?.toldMutual === true && hides(partner, who));
}

/** No two started rounds of one pair within one session of either. */
function judgeRematches(ledger: Ledger, rounds: readonly Side[][]): void {
  const met = new Set<string>();
  for (const [a, b] of rounds)
    for (const [mine, theirs] of a && b ? both(a, b) : []) {
      if (!mine.visit || mine.visit.endsMs === null) continue;
      const meeting = `${theirs.who} in ${mine.visit.session}`;
      if (met.has(meeting)) breaks(ledger, 'two started rounds of one pair in one session');
      met.add(meeting);
    }
}

const both = (a: Side, b: Side) => [[a, b] as const, [b, a] as const];
const wire = (value: unknown): string => JSON.stringify(value);
const ms = (instant: string | Date): number => new Date(instant).getTime();
