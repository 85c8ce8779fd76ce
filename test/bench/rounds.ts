import { apiFile, openHouse, workerFile } from './house.ts';
import { createClient, type Client } from './http.ts';
import { background, measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

/** Rounds end, people vote, and go on: how soon the next date comes once both votes are in. */
export const rounds = {
  name: 'rounds',
  describes:
    'rounds that end together or not, votes at once or at random moments: from both votes to the next date',
  run,
};

interface Scene {
  name: string;
  people: number;
  /** Rounds that each person wants to have. */
  rounds: number;
  /** When a person votes, as a share of the decision window. */
  votesAt: () => number;
}

interface NextMatch {
  match_found: boolean;
  state: string;
  state_version: number;
  session_status: string;
  match_data: { video_session_id: string } | null;
  decision: { match_id: string; remaining_ms: number } | null;
}

/** A person was told of a round, having been pairable since an instant (a start, or both votes of the last round). */
interface Told {
  roundId: string;
  pairableMs: number;
  toldMs: number;
  /** False: from the start, not from votes. */
  voted: boolean;
}

const timing = { ROUND_SECONDS: '3', DECISION_SECONDS: '8' };
const patienceMs = 30_000;

const scenes: Scene[] = [
  { name: '30 couples, all vote at once', people: 60, rounds: 4, votesAt: () => 0 },
  { name: '100 couples, at random moments', people: 200, rounds: 6, votesAt: () => 0.9 * Math.random() },
];

async function run(): Promise<void> {
  const close = await openHouse();
  const { peopleAtHome } = await import('./crowd.ts');
  const { checkInvariants, closeInvariants } = await import('../invariants.ts');
  const { settings } = await import('#core/settings.ts');
  const api = await measured(apiFile, timing);
  const worker = background(workerFile, timing);
  const client = createClient(api.url);
  const rows: object[] = [];
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000)); // the worker takes the lead
    for (const scene of scenes) {
      const votes = new Map<string, number[]>();
      const people = await peopleAtHome(scene.people);
      const told = await Promise.all(people.map((who) => date(client, who.token, scene, votes)));
      rows.push(...rowsOf(scene, told.flat()));
    }
    const broken = await checkInvariants(settings, { roundSeconds: null });
    await closeInvariants();
    print(rows);
    if (broken.length > 0) throw new Error(`broken: ${broken.join('; ')}`);
    save('rounds', { rows });
  } finally {
    client.close();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
  }
}

/** One person from Start to the end of their rounds. */
async function date(
  client: Client,
  token: string,
  scene: Scene,
  votes: Map<string, number[]>,
): Promise<Told[]> {
  const told: Told[] = [];
  const sessionId = await start(client, token);
  let pairable = () => startedMs;
  const startedMs = performance.now();
  let [seen, last] = [0, ''];
  for (let heardMs = startedMs; performance.now() - heardMs < patienceMs && told.length <= scene.rounds;) {
    const { body } = await client.call<NextMatch>(
      'GET',
      `/api/continuous-matching/next-match?session_id=${sessionId}&wait=20&seen=${seen}`,
      token,
    );
    seen = body.state_version;
    const roundId = body.match_data?.video_session_id;
    if (roundId && roundId !== last) {
      last = roundId;
      heardMs = performance.now();
      told.push({ roundId, pairableMs: pairable(), toldMs: heardMs, voted: told.length > 0 });
      await client.call('POST', `/api/video/join-call/${roundId}`, token, {});
    } else if (body.decision) {
      const { match_id, remaining_ms } = body.decision;
      await new Promise((resolve) => setTimeout(resolve, remaining_ms * scene.votesAt()));
      const vote = { match_id, decision: 'next' };
      await client.call('POST', '/api/continuous-matching/continue-decision', token, vote);
      const both = votes.get(match_id) ?? [];
      votes.set(match_id, [...both, performance.now()]);
      pairable = () =>
        (votes.get(match_id)?.length ?? 0) < 2 ? Infinity : Math.max(...(votes.get(match_id) ?? []));
    }
  }
  await client.call('POST', '/api/continuous-matching/end', token, { session_id: sessionId });
  return told;
}

async function start(client: Client, token: string): Promise<string> {
  for (;;) {
    const path = '/api/continuous-matching/start';
    const { status, body } = await client.call<{ session_id: string }>('POST', path, token, {});
    if (status === 201) return body.session_id;
    if (status !== 503) throw new Error(`start answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/**
 * Somebody fits when the later of the two who meet may be paired: from then on the wait is the matchmaker's. The row of
 * all waits also has those in which nobody was there.
 */
function rowsOf({ name, people, rounds }: Scene, told: readonly Told[]): object[] {
  const two = new Map<string, Told[]>();
  for (const one of told) two.set(one.roundId, [...(two.get(one.roundId) ?? []), one]);
  const waits = [...two.values()]
    .filter((both) => both.length === 2 && both.some((one) => one.voted))
    .map((both) => ({
      fitsMs: Math.max(...both.map((one) => one.pairableMs)),
      toldMs: Math.max(...both.map((one) => one.toldMs)),
    }));
  const afterVotes = told.filter((one) => one.voted);
  const row = (what: string, ms: number[]) => ({
    scene: `${name}: ${what}`,
    people,
    dates: ms.length,
    'p50 ms': round(percentile(ms, 0.5)),
    'p95 ms': round(percentile(ms, 0.95)),
    'most ms': round(Math.max(...ms)),
    missing: people * rounds - afterVotes.length,
  });
  return [
    row(
      'both may be paired to both told',
      waits.map(({ fitsMs, toldMs }) => Math.max(0, toldMs - fitsMs)),
    ),
    row(
      'both votes in to told',
      afterVotes.map((one) => Math.max(0, one.toldMs - one.pairableMs)),
    ),
  ];
}
