import { newId } from '#core/ids.ts';
import { sql } from '#db/postgres.ts';
import { generator, type Random } from '../bench/population.ts';

/** Rows as the house would have written them, for what has to be counted: people, fates and figures by the seed. */
export async function inventPast({ seed, rounds, from, to }: Plan): Promise<void> {
  const random = generator(seed);
  const people = Array.from({ length: Math.ceil(rounds / 4) }, () => ({ id: newId(), version: 1 }));
  const past: Past = { rounds: [], participants: [], events: [], decisions: [] };
  const instants = Array.from({ length: rounds }, () => from + Math.floor(random() * (to - from))).sort(
    (a, b) => a - b,
  );
  for (const at of instants) {
    const pair = draw(random, people);
    addRound(past, random, at, pair);
  }
  await insert('rounds', past.rounds);
  await insert('round_participants', past.participants);
  await insert('journey_events', past.events);
  await insert('decisions', past.decisions);
}

interface Plan {
  seed: number;
  rounds: number;
  /** Between these instants, ms. */
  from: number;
  to: number;
}
interface Somebody {
  id: string;
  version: number;
}
type Rows = Record<string, unknown>[];
interface Past {
  rounds: Rows;
  participants: Rows;
  events: Rows;
  decisions: Rows;
}

const fates = [
  ...['clock', 'clock', 'clock', 'clock', 'skip', 'skip', 'skip', 'end', 'left', 'stale', 'flag', 'block'],
  ...['not_joined', 'not_acknowledged', 'early_skip'],
];

/** Two different people, ordered as pairs are. */
function draw(random: Random, people: Somebody[]): [Somebody, Somebody] {
  const one = Math.floor(random() * people.length);
  const other = (one + 1 + Math.floor(random() * (people.length - 1))) % people.length;
  const [a, b] = [people[one]!, people[other]!];
  return a.id < b.id ? [a, b] : [b, a];
}

function addRound(past: Past, random: Random, at: number, pair: [Somebody, Somebody]): void {
  const id = newId();
  const fate = fates[Math.floor(random() * fates.length)]!;
  const started = !['not_joined', 'not_acknowledged', 'early_skip'].includes(fate);
  const startMs = at + Math.floor(random() * 14_000);
  const endMs = fate === 'clock' ? startMs + 180_000 : startMs + Math.floor(random() ** 2 * 179_000);
  const mutual = fate === 'clock' && random() < 0.4;
  const mode = random() < 0.8 ? 'video' : 'text';
  const [a, b] = pair;
  past.rounds.push({
    guard: 0,
    ...{ id, pool: 'world', mode, user1_id: a.id, user2_id: b.id, score: 50, score_parts: {} },
    ...{ matched_topics: [], matched_at: iso(at), ack_deadline_at: iso(at + 5000) },
    join_deadline_at: iso(at + 15_000),
    status: !started ? 'cancelled' : fate === 'clock' && !mutual ? 'passed' : 'completed',
    started_at: started ? iso(startMs) : null,
    deadline_at: started ? iso(startMs + 180_000) : null,
    ended_at: iso(endMs),
    end_reason: fate === 'early_skip' ? 'skip' : fate,
    ended_by: fate === 'clock' || random() < 0.1 ? null : a.id,
    decide_until: fate === 'clock' ? iso(endMs + 20_000) : null,
    settled_at: fate === 'clock' ? iso(endMs + 20_000) : null,
    mutual_at: mutual ? iso(endMs + 5_000) : null,
  });
  for (const one of pair) {
    const waitedMs = random() < 0.1 ? -2_000 : Math.floor(-20_000 * Math.log(1 - random()));
    past.participants.push({
      ...{ round_id: id, user_id: one.id, session_id: newId(), device_id: newId(), live: false },
      ...{ epoch: 1, waiting_since: random() < 0.05 ? null : iso(at - waitedMs) },
      acknowledged_at: fate === 'not_acknowledged' && one === a ? null : iso(at + 20),
      joined_at: started || (one === b && random() < 0.5) ? iso(startMs) : null,
      quality: started && random() < 0.6 ? quality(random) : null,
    });
    const step = (event: string, from_state: string, to_state: string, ms: number) =>
      past.events.push({
        ...{ user_id: one.id, version: (one.version += 1), event, from_state, to_state, at: iso(ms) },
        round_id: id,
        session_id: null,
      });
    step('start', 'IDLE', 'WAITING', at - Math.max(0, waitedMs));
    step('paired', 'WAITING', 'CONNECTING', at);
    step('joined', 'CONNECTING', 'CONNECTING', at + 100);
    if (!started) {
      step('not_joined', 'CONNECTING', 'IDLE', endMs);
      continue;
    }
    step('started', 'CONNECTING', 'IN_CALL', startMs);
    step(fate, 'IN_CALL', fate === 'clock' ? 'DECIDING' : 'DISCONNECTING', endMs);
    step('end_session', fate === 'clock' ? 'DECIDING' : 'DISCONNECTING', 'IDLE', endMs + 4_000);
    if (fate === 'clock' && random() < 0.8)
      past.decisions.push({
        ...{ round_id: id, user_id: one.id, decided_at: iso(endMs + 3_000) },
        decision: mutual ? 'continue' : ['continue', 'skip', 'next'][Math.floor(random() * 3)],
      });
  }
}

const quality = (random: Random) => ({
  setup_ms: Math.floor(100 + random() ** 3 * 20_000),
  ...(random() < 0.9 && { rtt_ms: Math.round(random() * 4000) / 10 }),
  ...(random() < 0.9 && { loss: Math.round(random() ** 4 * 1e4) / 1e4 }),
  ...(random() < 0.3 && { stalls: Math.floor(random() * 4) }),
  ...(random() < 0.8 && { relayed: random() < 0.2 }),
});

const iso = (ms: number): string => new Date(ms).toISOString();

const insert = (table: string, rows: Rows): Promise<object[]> =>
  sql(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);
