import { found, Problem } from '#core/errors.ts';
import { sessionChange, type Journey } from '#core/journey/advance.ts';
import type { Participant, Round } from '#core/store/round.ts';
import type { Changes, Guard, Write } from '#core/store/commit.ts';
import type { DeviceFact, Facts, JourneyFact, Vote } from '#core/store/facts.ts';
import { table, type TableName } from '#core/store/tables.ts';

/** Something to do once the changes are committed. It must not be needed: what it did not do is found by a sweeper. */
export type Effect = () => Promise<void> | void;

/** A round in a draft: the row, its participants in the order of their ids, and its votes by user id. */
export interface DraftRound {
  round: Round;
  participants: Participant[];
  votes: Map<string, Vote>;
  blocked_at: Date | null;
}

/**
 * A command's working copy of the facts. What the rule looks at through these functions is guarded, and what it changes
 * there is written: `changesOf` compares the copies with the facts.
 */
export interface Draft {
  readonly facts: Facts;
  /** The command's instant. */
  readonly now: Date;
  readonly journeys: Map<string, Journey>;
  readonly rounds: Map<string, DraftRound>;
  readonly devices: Map<string, DeviceFact>;
  /** Rows to insert, and unguarded rows to update. */
  readonly writes: Write[];
  /** Owners whose guard is bumped though nothing of theirs changes, as `table id`. */
  readonly touched: Set<string>;
  readonly effects: Effect[];
}

/** An untouched draft. @param now the command's instant */
export const draftOf = (facts: Facts, now: Date): Draft => ({
  facts,
  now,
  journeys: new Map(),
  rounds: new Map(),
  devices: new Map(),
  writes: [],
  touched: new Set(),
  effects: [],
});

/**
 * A person's journey, for `advance` to move.
 * @throws `unauthenticated` when the account is gone
 */
export function journeyIn(draft: Draft, userId: string): Journey {
  const journey = journeyIfAny(draft, userId);
  if (!journey) throw new Problem('unauthenticated', 'This account no longer exists');
  return journey;
}

/** As `journeyIn`; undefined when the account is gone. */
export function journeyIfAny(draft: Draft, userId: string): Journey | undefined {
  const known = draft.journeys.get(userId);
  if (known) return known;
  const fact = draft.facts.journeys.get(userId);
  if (!fact) return undefined;
  const journey = journeyOf(fact);
  draft.journeys.set(userId, journey);
  return journey;
}

function journeyOf(fact: JourneyFact): Journey {
  const { guard: _, changed_at: __, published_version: ___, ...rest } = fact;
  const { met: ____, voted_until: _____, match_names: ______, ...row } = rest;
  return { ...row, events: [] };
}

/**
 * A round with its participants and votes.
 * @throws `not_found`
 */
export function roundIn(draft: Draft, roundId: string): DraftRound {
  const known = draft.rounds.get(roundId);
  if (known) return known;
  const fact = found(draft.facts.rounds.get(roundId), 'round');
  const { guard: _, ...round } = fact.round;
  const copy = {
    round,
    participants: fact.participants.map((one) => ({ ...one })),
    votes: new Map([...fact.votes].map(([userId, vote]) => [userId, { ...vote }])),
    blocked_at: fact.blocked_at,
  };
  draft.rounds.set(roundId, copy);
  return copy;
}

/** A device with its early exits. @throws Error when it was not loaded */
export function deviceIn(draft: Draft, deviceId: string): DeviceFact {
  const known = draft.devices.get(deviceId);
  if (known) return known;
  const fact = draft.facts.devices.get(deviceId);
  if (!fact) throw new Error(`Device ${deviceId} was not loaded`);
  const device = { ...fact };
  draft.devices.set(deviceId, device);
  return device;
}

/** Bumps the guard of a journey: a concurrent decision based on the old one is void. Clients cannot see it. */
export function touchJourney(draft: Draft, userId: string): void {
  if (journeyIfAny(draft, userId)) draft.touched.add(`journeys ${userId}`);
}

/** As `touchJourney`, of a device. */
export function touchDevice(draft: Draft, deviceId: string): void {
  deviceIn(draft, deviceId);
  draft.touched.add(`devices ${deviceId}`);
}

/** What has become of the copies, as changes: all that were looked at are guarded, those that differ are written. */
export function changesOf(draft: Draft): Changes {
  const { facts } = draft;
  const guardOf = (owner: Guard['owner'], id: string, guard: number | undefined): Guard => ({
    owner,
    id,
    guard: guard ?? 0,
  });
  return {
    guards: [
      ...[...draft.journeys.keys()].map((id) => guardOf('journeys', id, facts.journeys.get(id)?.guard)),
      ...[...draft.rounds.keys()].map((id) => guardOf('rounds', id, facts.rounds.get(id)?.round.guard)),
      ...[...draft.devices.keys()].map((id) => guardOf('devices', id, facts.devices.get(id)?.guard)),
    ],
    writes: [
      ...[...draft.journeys.values()].flatMap((journey) => journeyWrites(draft, journey)),
      ...[...draft.rounds.values()].flatMap((round) => roundWrites(draft, round)),
      ...[...draft.devices.values()].flatMap((device) => deviceWrites(draft, device)),
      ...draft.writes,
    ],
  };
}

function journeyWrites(draft: Draft, journey: Journey): Write[] {
  const { events, ...row } = journey;
  const fact = draft.facts.journeys.get(row.user_id);
  const isChanged = differs('journeys', { ...row, changed_at: fact?.changed_at }, fact);
  if (!isChanged && !draft.touched.has(`journeys ${row.user_id}`)) return [];
  return [
    {
      table: 'journeys',
      how: 'update',
      row: { ...row, changed_at: isChanged ? draft.now : fact?.changed_at },
    },
    ...events.map((step): Write => ({
      table: 'journey_events',
      how: 'insert',
      row: { ...step, at: draft.now },
    })),
    ...lastChanges(events.flatMap(sessionChange))
      .filter(({ id }) => !draft.writes.some((write) => write.table === 'sessions' && write.row.id === id))
      .map(({ id, status, reason }): Write => ({
        table: 'sessions',
        how: 'update',
        row: { id, status, end_reason: reason, ended_at: status === 'ended' ? draft.now : null },
      })),
  ];
}

/** At most one write a row: of several changes to one session the last one counts. */
const lastChanges = <Change extends { id: string }>(changes: readonly Change[]): Change[] => [
  ...new Map(changes.map((change) => [change.id, change])).values(),
];

function roundWrites({ facts }: Draft, { round, participants, votes }: DraftRound): Write[] {
  const fact = facts.rounds.get(round.id);
  const parts: Write[] = [];
  for (const [index, participant] of participants.entries())
    if (differs('round_participants', participant, fact?.participants[index]))
      parts.push({ table: 'round_participants', how: 'update', row: { ...participant } });
  for (const vote of votes.values()) {
    const before = fact?.votes.get(vote.user_id);
    if (before && !differs('decisions', vote, before)) continue;
    parts.push({ table: 'decisions', how: before ? 'update' : 'insert', row: { ...vote } });
  }
  if (parts.length === 0 && !differs('rounds', round, fact?.round)) return [];
  return [{ table: 'rounds', how: 'update', row: { ...round } }, ...parts];
}

function deviceWrites({ facts, touched }: Draft, device: DeviceFact): Write[] {
  const isChanged = differs('devices', device, facts.devices.get(device.id));
  return isChanged || touched.has(`devices ${device.id}`)
    ? [{ table: 'devices', how: 'update', row: { ...device } }]
    : [];
}

/** Whether a column that an update writes is not as it was. */
const differs = (name: TableName, row: object, before: object | undefined): boolean =>
  table(name).updated.some(
    (column) =>
      JSON.stringify(Reflect.get(row, column)) !== JSON.stringify(before && Reflect.get(before, column)),
  );
