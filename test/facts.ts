import { expect } from 'chai';
import { decide, type Decision, type Rule } from '#core/commands/rule.ts';
import type { State } from '#core/journey/journey.ts';
import type { Participant, Round } from '#core/store/round.ts';
import type { StatementRow } from '#core/restrictions/statement.ts';
import type { Changes, Write } from '#core/store/commit.ts';
import type {
  AccountFact,
  DeviceFact,
  Facts,
  JourneyFact,
  RoundFact,
  SessionFact,
} from '#core/store/facts.ts';
import { owners, tableNames, type TableName } from '#core/store/tables.ts';
import { commitInMemory, keyOf, type Memory } from './store/memory.ts';

/*
 * Facts for tests of rules, without a database: people, a round between Ann and Bob, and what a rule has left, so that
 * a second rule can be applied to it.
 */

/** The instant of a command, unless a test says otherwise. */
export const now = new Date('2026-01-01T12:00:00Z');

/** So many seconds after `now`; before it when negative. */
export const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/** Ann's id sorts before Bob's: she is `user1_id`. */
export const [ann, bob] = ['ann', 'bob'];
export const roundId = 'the round';
export const deviceOf = (userId: string): string => `device of ${userId}`;
export const sessionOf = (userId: string): string => `session of ${userId}`;

/** A person who waits, on a device of their own, in an active session. */
export const person = (userId: string, changes: Partial<JourneyFact> = {}): JourneyFact => ({
  user_id: userId,
  device_id: deviceOf(userId),
  pool: 'world',
  state: 'WAITING',
  version: 7,
  guard: 40,
  published_version: 7,
  session_id: sessionOf(userId),
  round_id: null,
  waiting_since: at(-600),
  parked: false,
  pause_asked: false,
  notice: null,
  match_notices: [],
  match_notice_version: null,
  early_exits: 0,
  cooldown_until: null,
  voted_round_id: null,
  last_seen_at: at(-600),
  changed_at: at(-600),
  met: [],
  voted_until: null,
  match_names: null,
  ...changes,
});

interface Scene extends Partial<Omit<Facts, 'journeys' | 'devices' | 'rounds' | 'sessions' | 'accounts'>> {
  people?: readonly JourneyFact[];
  /** In place of fresh ones. */
  devices?: readonly (Partial<DeviceFact> & { id: string })[];
  rounds?: readonly RoundFact[];
  /** Besides those in which people are. */
  sessions?: readonly SessionFact[];
  /** In place of guests. */
  accounts?: readonly (Partial<AccountFact> & { id: string })[];
}

/** These facts, and what belongs to them: a device, an account and a session for each person. */
export function facts({ people = [], devices = [], rounds = [], sessions = [], ...others }: Scene): Facts {
  const { accounts = [], ...rest } = others;
  const seats = rounds.flatMap(({ participants }) => participants);
  return {
    journeys: new Map(people.map((one) => [one.user_id, one])),
    devices: new Map(
      [...[...people, ...seats].map((one) => ({ id: one.device_id })), ...devices].map((one) => [
        one.id,
        { guard: 3, early_exits: 0, cooldown_until: null, ...one },
      ]),
    ),
    rounds: new Map(rounds.map((one) => [one.round.id, one])),
    sessions: new Map([...seats, ...people, ...sessions].map(sessionFact).map((one) => [one.id, one])),
    accounts: new Map(
      [...people.map((one) => ({ id: one.user_id })), ...accounts].map((one) => [one.id, account(one)]),
    ),
    restrictions: new Map(),
    newcomers: new Map(),
    idempotencyKeys: [],
    ...rest,
  };
}

const account = (changes: Partial<AccountFact> & { id: string }): AccountFact => ({
  ...{ kind: 'guest', cell: null },
  ...{ display_name: changes.id, birth_date: '1990-01-01', bio: '', interests: [] },
  ...changes,
});

/** The session of a journey or a seat; the last one, which has ended, of a person who is in none. */
function sessionFact(one: JourneyFact | Participant | SessionFact): SessionFact {
  if (!('session_id' in one)) return one;
  const { session_id, user_id } = one;
  if (session_id === null) return { id: sessionOf(user_id), user_id, status: 'ended' };
  return { id: session_id, user_id, status: 'state' in one && one.state === 'IDLE' ? 'paused' : 'active' };
}

/** A restriction that reaches an account or a device until then; null: for good. */
export const restriction = (until: Date | null): StatementRow => ({
  id: 'a restriction',
  kind: 'restriction',
  category: null,
  reason: 'Insults',
  created_at: at(-600).toISOString(),
  until: until?.toISOString() ?? null,
  automated: false,
  how: 'account',
  scope: ['account'],
});

/** How far a round between Ann and Bob has come at `now`. */
export type Stage = keyof typeof stages;

const whole = { started_at: at(-185), deadline_at: at(-5), ended_at: at(-5), end_reason: 'clock' as const };

const stages = {
  waiting: { state: 'CONNECTING', round: { status: 'waiting' } },
  active: { state: 'IN_CALL', round: { status: 'active', started_at: at(-60), deadline_at: at(120) } },
  /** Its time is up, and nothing has ended it yet. */
  overdue: { state: 'IN_CALL', round: { status: 'active', started_at: at(-181), deadline_at: at(-1) } },
  deciding: { state: 'DECIDING', round: { ...whole, status: 'completed', decide_until: at(15) } },
  passed: {
    state: 'WAITING',
    round: { ...whole, status: 'passed', decide_until: at(-1), settled_at: at(-1) },
  },
  cancelled: {
    state: 'WAITING',
    round: { status: 'cancelled', ended_at: at(-1), end_reason: 'not_acknowledged', ended_by: null },
  },
} as const satisfies Record<string, { state: State; round: Partial<Round> }>;

export const stagesOf = (which: (stage: Stage) => boolean): Stage[] =>
  (Object.keys(stages) as Stage[]).filter(which);

interface Meeting extends Omit<Scene, 'people' | 'rounds'> {
  /** What is different about these people; null: the account is gone. */
  people?: Record<string, Partial<JourneyFact> | null>;
  /** What is different about the round. */
  round?: Partial<Round>;
  /** What is different about their seats. */
  seats?: Record<string, Partial<Participant>>;
  blocked_at?: Date | null;
  /** Others, who are not in the round. */
  others?: readonly JourneyFact[];
}

/** Ann and Bob in a round that has come so far. */
export function meeting(stage: Stage, meeting: Meeting = {}): Facts {
  const { people = {}, round = {}, seats = {}, blocked_at = null, others = [], ...rest } = meeting;
  const { state, round: come } = stages[stage];
  const isOver = state === 'WAITING';
  const isJoined = stage !== 'waiting' && stage !== 'cancelled';
  return facts({
    people: [
      ...[ann, bob]
        .filter((userId) => people[userId] !== null)
        .map((userId) => person(userId, { state, round_id: isOver ? null : roundId, ...people[userId] })),
      ...others,
    ],
    rounds: [
      {
        round: {
          ...{ id: roundId, guard: 20, pool: 'world', mode: 'video', user1_id: ann, user2_id: bob },
          ...{ matched_at: at(-190), ack_deadline_at: at(-185), join_deadline_at: at(-175) },
          ...{ started_at: null, deadline_at: null, ended_at: null, end_reason: null, ended_by: null },
          ...{ decide_until: null, settled_at: null, mutual_at: null },
          ...come,
          ...round,
        },
        participants: [ann, bob].map((userId) => ({
          ...{
            round_id: roundId,
            user_id: userId,
            session_id: sessionOf(userId),
            device_id: deviceOf(userId),
          },
          live: come.status === 'waiting' || come.status === 'active',
          acknowledged_at: isJoined ? at(-188) : null,
          joined_at: isJoined ? at(-187) : null,
          epoch: isJoined ? 1 : 0,
          left_at: null,
          ...seats[userId],
        })),
        votes: new Map(),
        ...{ blocked_at, score: 50, score_parts: {}, matched_topics: [] },
      },
    ],
    ...rest,
  });
}

/** What a rule has decided, and the facts as it leaves them. */
export interface Applied<Answer> extends Decision<Answer> {
  facts: Facts;
}

/**
 * Applies a rule to facts. Whatever the test is about, the rule must not change the facts themselves, must guard what it
 * has read, and must bump the guard of what it changes.
 * @throws what the rule throws
 */
export function apply<Input, Answer>(
  rule: Rule<Input, Answer>,
  before: Facts,
  input: Input,
  instant = now,
): Applied<Answer> {
  const read = new Set<string>();
  const decision = decide(rule, watched(before, read), input, instant);
  const after = applied(before, decision.changes);
  expectGuarded(rule.name, read, decision.changes, before, after);
  return { ...decision, facts: after };
}

/** The facts once these changes are committed. @throws Error when a guard does not hold */
function applied(before: Facts, changes: Changes): Facts {
  const memory = memoryOf(before);
  const [isApplied] = commitInMemory(memory, [plain(changes)]);
  if (!isApplied) throw new Error('A guard does not hold');
  return factsIn(memory, before);
}

/** As the database is told: instants are text. */
const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

function memoryOf({ journeys, devices, rounds, sessions, accounts, idempotencyKeys }: Facts): Memory {
  const ratings = { active_at: null, rating_sum: 0, rating_count: 0 };
  const rows: Partial<Record<TableName, readonly object[]>> = {
    journeys: [...journeys.values()],
    devices: [...devices.values()],
    rounds: [...rounds.values()].map(({ round }) => round),
    round_participants: [...rounds.values()].flatMap(({ participants }) => participants),
    decisions: [...rounds.values()].flatMap(({ votes }) => [...votes.values()]),
    sessions: [...sessions.values()],
    users: [...accounts.values()].map((one) => ({ ...one, ...ratings })),
    idempotency_keys: idempotencyKeys,
  };
  return Object.fromEntries(
    tableNames.map((name) => [
      name,
      new Map((rows[name] ?? []).map((row) => [keyOf(name, { ...row }), plain({ ...row })])),
    ]),
  ) as Memory;
}

function factsIn(memory: Memory, before: Facts): Facts {
  const rows = <Row>(name: TableName): Row[] =>
    [...memory[name].values()].map((row) => withInstants(row) as Row);
  const seats = rows<Participant>('round_participants');
  const votes = rows<RoundFact['votes'] extends ReadonlyMap<string, infer Vote> ? Vote : never>('decisions');
  return {
    ...before,
    journeys: new Map(rows<JourneyFact>('journeys').map((one) => [one.user_id, one])),
    devices: new Map(rows<DeviceFact>('devices').map((one) => [one.id, one])),
    rounds: new Map(
      [...before.rounds].map(([id, fact]) => [
        id,
        {
          ...fact,
          round: withInstants(memory.rounds.get(id) ?? {}) as RoundFact['round'],
          participants: seats.filter((one) => one.round_id === id),
          votes: new Map(votes.filter((one) => one.round_id === id).map((one) => [one.user_id, one])),
        },
      ]),
    ),
    sessions: new Map(
      rows<SessionFact>('sessions').map(({ id, user_id, status }) => [id, { id, user_id, status }]),
    ),
    idempotencyKeys: rows('idempotency_keys'),
  };
}

const withInstants = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' && /_(at|until|since)$/.test(column) ? new Date(value) : (value as unknown),
    ]),
  );

/** The same facts, which cannot be changed, and write down which owners are looked up. */
function watched(before: Facts, read: Set<string>): Facts {
  return {
    ...before,
    journeys: new Watched('journeys', before.journeys, read),
    rounds: new Watched('rounds', before.rounds, read),
    devices: new Watched('devices', before.devices, read),
  };
}

class Watched<Row extends object> extends Map<string, Row> {
  #owner: TableName;
  #read: Set<string>;

  constructor(owner: TableName, rows: ReadonlyMap<string, Row>, read: Set<string>) {
    super([...rows].map(([id, row]) => [id, frozen(row)]));
    this.#owner = owner;
    this.#read = read;
  }

  override get(id: string): Row | undefined {
    if (this.has(id)) this.#read.add(`${this.#owner} ${id}`);
    return super.get(id);
  }
}

function frozen<Value extends object>(value: Value): Value {
  for (const part of Object.values(value) as unknown[])
    if (typeof part === 'object' && part !== null && !(part instanceof Date)) frozen(part);
  return Object.freeze(value);
}

/** What rules may look up without guarding it. */
const unguarded: Record<string, TableName> = {
  // The cooldown of a device, which the answer only tells.
  startRule: 'devices',
  endSessionRule: 'devices',
  pauseRule: 'devices',
  resumeRule: 'devices',
  // A person who is not in front of this decision any more does not come back to it.
  settleRule: 'journeys',
};

function expectGuarded(
  name: string,
  read: ReadonlySet<string>,
  { guards, writes }: Changes,
  before: Facts,
  after: Facts,
): void {
  if (writes.length === 0) return; // nothing is committed, and what was read together is true together
  const guarded = new Set(guards.map(({ owner, id }) => `${owner} ${id}`));
  for (const one of read)
    if (!one.startsWith(`${unguarded[name] ?? 'nothing'} `))
      expect(guarded.has(one), `${name} guards ${one}, which it has looked up`).to.equal(true);
  for (const one of differing(before, after))
    expect(guarded.has(one), `${name} guards ${one}, which it has changed`).to.equal(true);
  const bumped = new Set(
    writes.flatMap(({ table, row }) =>
      owners.includes(table) ? [`${table} ${keyOf(table, { ...row })}`] : [],
    ),
  );
  for (const write of writes)
    for (const owner of ownersOf(write, before))
      expect(bumped.has(owner), `${name} bumps the guard of ${owner} for a row of ${write.table}`).to.equal(
        true,
      );
}

/** The owners that are not as they were, or own something that is not. */
function differing(before: Facts, after: Facts): string[] {
  return (['journeys', 'rounds', 'devices'] as const).flatMap((name) =>
    [...after[name].keys()]
      .filter((id) => textOf(before[name].get(id)) !== textOf(after[name].get(id)))
      .map((id) => `${name} ${id}`),
  );
}

const textOf = (fact: object | undefined): string =>
  JSON.stringify(fact, (_, value: unknown) => (value instanceof Map ? [...value.values()] : value));

/** Whose guard tells others that this row has changed. */
function ownersOf({ table, row: { ...row } }: Write, { journeys, sessions }: Facts): string[] {
  const id = (column: string): string => String(Reflect.get(row, column));
  if (table === 'round_participants' || table === 'decisions') return [`rounds ${id('round_id')}`];
  if (table === 'sessions') return [`journeys ${sessions.get(id('id'))?.user_id ?? id('user_id')}`];
  if (table === 'idempotency_keys') return [`journeys ${id('scope').split(':')[1]}`];
  if (table === 'journey_events' || table === 'exclusions')
    return journeys.has(id('user_id')) ? [`journeys ${id('user_id')}`] : [];
  return [];
}

/** The rows of a table that are written. */
export const written = ({ writes }: Changes, name: TableName): Record<string, unknown>[] =>
  writes.filter(({ table }) => table === name).map(({ row }) => ({ ...row }));

/** A person's steps, in their order. */
export const stepsOf = (changes: Changes, userId: string): string[] =>
  written(changes, 'journey_events')
    .filter((row) => row.user_id === userId)
    .map((row) => String(row.event));

/** A person's journey. @throws Error when the account is gone */
export function journeyOf({ journeys }: Facts, userId: string): JourneyFact {
  const journey = journeys.get(userId);
  if (!journey) throw new Error(`There is no ${userId}`);
  return journey;
}

/** The round between Ann and Bob. */
export function roundOf({ rounds }: Facts): RoundFact {
  const fact = rounds.get(roundId);
  if (!fact) throw new Error('There is no round');
  return fact;
}

/** Where Ann and Bob are. */
export const statesOf = ({ journeys }: Facts): (State | undefined)[] =>
  [ann, bob].map((userId) => journeys.get(userId)?.state);
