/** A column type as `jsonb_to_recordset` names it. */
type ColumnType =
  | 'uuid'
  | 'uuid[]'
  | 'text'
  | 'text[]'
  | 'integer'
  | 'double precision'
  | 'boolean'
  | 'timestamptz'
  | 'jsonb';

/** A table that commands write: see commit.ts. */
export interface Table {
  /** The columns that commands write, and their types; the key among them. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** Whether commands insert rows, with all of `columns`; `over`: over an older row of the same key. */
  readonly inserted: boolean | 'over';
  /** The columns that an update sets, all of them each time; empty when rows are never updated. */
  readonly updated: readonly string[];
  /** Of those, instants that others write without a guard: an update only moves them forward. */
  readonly rising: readonly string[];
  /** Of those, sums to which an update adds. */
  readonly added: readonly string[];
  /** Whether its rows own facts: they carry a `guard`, which every writer of such a fact compares and bumps. */
  readonly owner: boolean;
}

/**
 * The tables that commands write. A column that others write without a guard is either rising or not among them: an
 * update would set it back to what it was when it was read.
 */
export const tables = {
  journeys: {
    key: ['user_id'],
    owner: true,
    inserted: false,
    updated: [
      'device_id',
      'pool',
      'state',
      'version',
      'session_id',
      'round_id',
      'waiting_since',
      'parked',
      'pause_asked',
      'notice',
      'match_notices',
      'match_notice_version',
      'early_exits',
      'cooldown_until',
      'voted_round_id',
      'changed_at',
      'last_seen_at',
    ],
    rising: ['last_seen_at'],
    added: [],
    columns: {
      user_id: 'uuid',
      device_id: 'uuid',
      pool: 'text',
      state: 'text',
      version: 'integer',
      session_id: 'uuid',
      round_id: 'uuid',
      waiting_since: 'timestamptz',
      parked: 'boolean',
      pause_asked: 'boolean',
      notice: 'jsonb',
      match_notices: 'uuid[]',
      match_notice_version: 'integer',
      early_exits: 'integer',
      cooldown_until: 'timestamptz',
      voted_round_id: 'uuid',
      changed_at: 'timestamptz',
      last_seen_at: 'timestamptz',
    },
  },
  rounds: {
    key: ['id'],
    owner: true,
    inserted: false,
    updated: [
      'status',
      'started_at',
      'deadline_at',
      'ended_at',
      'end_reason',
      'ended_by',
      'decide_until',
      'settled_at',
      'mutual_at',
    ],
    rising: [],
    added: [],
    columns: {
      id: 'uuid',
      status: 'text',
      started_at: 'timestamptz',
      deadline_at: 'timestamptz',
      ended_at: 'timestamptz',
      end_reason: 'text',
      ended_by: 'uuid',
      decide_until: 'timestamptz',
      settled_at: 'timestamptz',
      mutual_at: 'timestamptz',
    },
  },
  devices: {
    key: ['id'],
    owner: true,
    inserted: false,
    updated: ['early_exits', 'cooldown_until'],
    rising: [],
    added: [],
    columns: { id: 'uuid', early_exits: 'integer', cooldown_until: 'timestamptz' },
  },
  sessions: {
    key: ['id'],
    owner: false,
    inserted: true,
    updated: ['status', 'end_reason', 'ended_at'],
    rising: [],
    added: [],
    columns: {
      id: 'uuid',
      user_id: 'uuid',
      device_id: 'uuid',
      pool: 'text',
      status: 'text',
      mode: 'text',
      min_age: 'integer',
      max_age: 'integer',
      genders: 'text[]',
      preferred_interests: 'text[]',
      personality_weight: 'double precision',
      max_distance_km: 'double precision',
      started_at: 'timestamptz',
      end_reason: 'text',
      ended_at: 'timestamptz',
    },
  },
  round_participants: {
    key: ['round_id', 'user_id'],
    owner: false,
    inserted: false,
    updated: ['live', 'acknowledged_at', 'joined_at', 'epoch', 'left_at'],
    rising: [],
    added: [],
    columns: {
      round_id: 'uuid',
      user_id: 'uuid',
      live: 'boolean',
      acknowledged_at: 'timestamptz',
      joined_at: 'timestamptz',
      epoch: 'integer',
      left_at: 'timestamptz',
    },
  },
  decisions: {
    key: ['round_id', 'user_id'],
    owner: false,
    inserted: true,
    updated: ['decision', 'decided_at'],
    rising: [],
    added: [],
    columns: {
      round_id: 'uuid',
      user_id: 'uuid',
      decision: 'text',
      ratings: 'jsonb',
      decided_at: 'timestamptz',
    },
  },
  exclusions: {
    key: ['id'],
    owner: false,
    inserted: true,
    updated: [],
    rising: [],
    added: [],
    columns: {
      id: 'uuid',
      user_id: 'uuid',
      device_id: 'uuid',
      other_user_id: 'uuid',
      other_device_id: 'uuid',
      round_id: 'uuid',
      reason: 'text',
      session_id: 'uuid',
      until: 'timestamptz',
    },
  },
  users: {
    key: ['id'],
    owner: false,
    inserted: false,
    updated: ['active_at', 'rating_sum', 'rating_count'],
    rising: ['active_at'],
    added: ['rating_sum', 'rating_count'],
    columns: { id: 'uuid', active_at: 'timestamptz', rating_sum: 'integer', rating_count: 'integer' },
  },
  idempotency_keys: {
    key: ['scope', 'key'],
    owner: false,
    inserted: 'over',
    updated: [],
    rising: [],
    added: [],
    columns: {
      scope: 'text',
      key: 'text',
      fingerprint: 'text',
      result: 'jsonb',
      created_at: 'timestamptz',
    },
  },
  journey_events: {
    key: ['user_id', 'version'],
    owner: false,
    inserted: true,
    updated: [],
    rising: [],
    added: [],
    columns: {
      user_id: 'uuid',
      version: 'integer',
      event: 'text',
      from_state: 'text',
      to_state: 'text',
      round_id: 'uuid',
      session_id: 'uuid',
      at: 'timestamptz',
    },
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as TableName[];

/** A table by its name, without the literal types of the list above. */
export const table = (name: TableName): Table => tables[name];

/** The tables whose rows own facts, in the order in which their rows are locked. */
export const owners = tableNames.filter((name) => table(name).owner);
