import { apiFile, openHouse, workerFile } from './house.ts';
import { createClient, type Client } from './http.ts';
import { background, measured } from './process.ts';
import { percentile, print, round, save } from './table.ts';

/** From the click on Start to both knowing with whom: alone, all at once, in a stream, and among the frozen. */
export const match = {
  name: 'match',
  describes:
    'time from the click on Start to both told: alone, 500 and 5,000 at once, 200 a second, with frozen waiters',
  run,
};

interface Somebody {
  userId: string;
  token: string;
}

interface Told {
  who: Somebody;
  sessionId: string;
  roundId: string | null;
  /** When Start was clicked, and when the match was known, ms. */
  clickedMs: number;
  toldMs: number;
}

interface NextMatch {
  match_found: boolean;
  state: string;
  state_version: number;
  match_data: { video_session_id: string } | null;
}

const patienceMs = 20_000;

async function run(): Promise<void> {
  const close = await openHouse();
  const { peopleAtHome } = await import('./crowd.ts');
  const { checkInvariants, closeInvariants } = await import('../invariants.ts');
  const { settings } = await import('#core/settings.ts');
  const api = await measured(apiFile, {});
  const worker = background(workerFile, {});
  const client = createClient(api.url);
  const rows: object[] = [];
  const add = (scene: string, told: Told[], latencies: number[]) =>
    rows.push({
      scene,
      people: told.length,
      unmatched: told.filter((one) => one.roundId === null).length,
      'p50 ms': round(percentile(latencies, 0.5)),
      'p95 ms': round(percentile(latencies, 0.95)),
      'p99 ms': round(percentile(latencies, 0.99)),
    });
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000)); // the worker takes the lead
    for (const held of [true, false]) {
      const how = held ? 'held' : 'polled every 2 s';
      const alone = await oneAfterTheOther(client, await peopleAtHome(held ? 120 : 10), held);
      add(`alone, ${how}`, alone.told, alone.latencies);
    }
    for (const count of [500, 5000]) {
      const told = await allAtOnce(client, await peopleAtHome(count));
      add(`${count} at once, held`, told, fromTheClick(told));
    }
    const stream = await inAStream(client, await peopleAtHome(4000), 200);
    add('200 a second, held', stream, fromTheClick(stream));
    rows.push(...(await amongTheFrozen(client, await peopleAtHome(200))));
    const broken = await checkInvariants(settings);
    await closeInvariants();
    print(rows);
    if (broken.length > 0) throw new Error(`broken: ${broken.join('; ')}`);
    save('match', { rows });
  } finally {
    client.close();
    await Promise.all([api.stop(), worker.stop()]);
    await close();
  }
}

/** For each person: from their click until both of the two knew. Nothing of what people feel is left out. */
function fromTheClick(told: Told[]): number[] {
  const bothMs = new Map<string, number>();
  for (const { roundId, toldMs } of told)
    if (roundId !== null) bothMs.set(roundId, Math.max(toldMs, bothMs.get(roundId) ?? 0));
  return told.map(({ roundId, clickedMs }) => (bothMs.get(roundId ?? '') ?? Infinity) - clickedMs);
}

/** The second of two starts; both are told when the later of the two knows. */
async function oneAfterTheOther(client: Client, people: Somebody[], held: boolean) {
  const latencies: number[] = [];
  const told: Told[] = [];
  for (let index = 0; index + 1 < people.length; index += 2) {
    const [first, second] = [people[index]!, people[index + 1]!];
    const waiting = startAndWait(client, first, held);
    await new Promise((resolve) => setTimeout(resolve, 60 + (index % 7) * 5));
    const before = performance.now();
    const both = await Promise.all([waiting, startAndWait(client, second, held)]);
    latencies.push(Math.max(...both.map((one) => one.toldMs)) - before);
    told.push(...both);
    await Promise.all(both.map((one) => endSession(client, one)));
  }
  return { told, latencies };
}

async function allAtOnce(client: Client, people: Somebody[]): Promise<Told[]> {
  const told = await Promise.all(people.map((who) => startAndWait(client, who, true)));
  await Promise.all(told.map((one) => endSession(client, one)));
  return told;
}

async function inAStream(client: Client, people: Somebody[], perSecond: number): Promise<Told[]> {
  const begun = performance.now();
  const told = await Promise.all(
    people.map(async (who, index) => {
      await new Promise((resolve) =>
        setTimeout(resolve, begun + (index / perSecond) * 1000 - performance.now()),
      );
      const one = await startAndWait(client, who, true);
      await endSession(client, one);
      return one;
    }),
  );
  return told;
}

/**
 * One in ten holds one request and is never heard of again. The living acknowledge and join; whoever got a
 * ghost is given back to the pool, with their place, and must soon be with somebody alive.
 */
async function amongTheFrozen(client: Client, people: Somebody[]): Promise<object[]> {
  const frozen = new Set(people.filter((_, index) => index % 10 === 0).map((who) => who.userId));
  const waits: Wait[] = [];
  await Promise.all(
    people.map(async (who) => {
      if (frozen.has(who.userId)) {
        const { sessionId } = await start(client, who);
        void nextMatch(client, who, sessionId, 0, 20).catch(() => undefined);
        return;
      }
      waits.push(await untilInCall(client, who));
    }),
  );
  const { sql } = await import('#db/postgres.ts');
  const [{ twice } = { twice: -1 }] = await sql<{ twice: number }>(
    `SELECT count(*)::integer AS twice FROM (
       SELECT user1_id, user2_id FROM rounds
        WHERE user1_id = ANY($1::uuid[]) OR user2_id = ANY($1::uuid[])
        GROUP BY 1, 2 HAVING count(*) > 1) AS again`,
    [[...frozen]],
  );
  const row = (scene: string, ms: number[]) => ({
    scene,
    people: ms.length,
    unmatched: ms.filter((one) => one === Infinity).length,
    'p50 ms': round(percentile(ms, 0.5)),
    'p95 ms': round(percentile(ms, 0.95)),
    'p99 ms': round(percentile(ms, 0.99)),
    'same ghost twice': twice,
  });
  return [
    row(
      'one in ten frozen: from the click to a call with somebody alive',
      waits.map((one) => one.startMs),
    ),
    row(
      'those who met a ghost: from the pool to a call with somebody alive',
      waits.flatMap((one) => one.backMs ?? []),
    ),
  ];
}

/** How long it took until a call with somebody alive. */
interface Wait {
  startMs: number;
  /** Since a ghost gave them back to the pool; null: they met none. */
  backMs: number | null;
}

async function untilInCall(client: Client, who: Somebody): Promise<Wait> {
  const { sessionId, clickedMs } = await start(client, who);
  let seen = 0;
  let back: number | null = null;
  const joined = new Set<string>();
  const since = (ms: number | null) => (ms === null ? null : performance.now() - ms);
  for (let state = 'WAITING'; performance.now() - clickedMs < patienceMs;) {
    const { body } = await nextMatch(client, who, sessionId, seen, 5);
    if (body.state === 'WAITING' && state !== 'WAITING') back = performance.now();
    [seen, state] = [body.state_version, body.state];
    if (state === 'IN_CALL') return { startMs: since(clickedMs)!, backMs: since(back) };
    const roundId = body.match_data?.video_session_id;
    if (roundId && !joined.has(roundId)) {
      joined.add(roundId);
      await client.call('POST', `/api/video/join-call/${roundId}`, who.token, {});
    }
  }
  return { startMs: Infinity, backMs: back === null ? null : Infinity };
}

async function startAndWait(client: Client, who: Somebody, held: boolean): Promise<Told> {
  const { sessionId, clickedMs } = await start(client, who);
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const { status, body } = await nextMatch(client, who, sessionId, null, held ? 20 : 0);
    if (status === 503) await new Promise((resolve) => setTimeout(resolve, 1000));
    const toldMs = performance.now();
    if (body.match_found)
      return { who, sessionId, roundId: body.match_data?.video_session_id ?? null, clickedMs, toldMs };
    if (!held) await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  return { who, sessionId, roundId: null, clickedMs, toldMs: Infinity };
}

/** Presses Start, and again a second after a 503, as the page does: the first click counts. */
async function start(client: Client, who: Somebody): Promise<{ sessionId: string; clickedMs: number }> {
  const clickedMs = performance.now();
  for (;;) {
    const { status, body } = await client.call<{ session_id: string }>(
      'POST',
      '/api/continuous-matching/start',
      who.token,
      {},
    );
    if (status === 201) return { sessionId: body.session_id, clickedMs };
    if (status !== 503) throw new Error(`start answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const nextMatch = (client: Client, who: Somebody, sessionId: string, seen: number | null, wait: number) =>
  client.call<NextMatch>(
    'GET',
    `/api/continuous-matching/next-match?session_id=${sessionId}&wait=${wait}${seen === null ? '' : `&seen=${seen}`}`,
    who.token,
  );

const endSession = (client: Client, { who, sessionId }: Told) =>
  client.call('POST', '/api/continuous-matching/end', who.token, { session_id: sessionId });
