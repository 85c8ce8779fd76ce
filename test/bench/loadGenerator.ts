import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './loadControl.ts';
import { openLine, requestText, type Line } from './loadLine.ts';
import type { Waiter } from './crowd.ts';
import { takeServerErrors } from './serverErrors.ts';

// A process that makes load and measures it: `fork` it and send it Tasks. It knows HTTP and nothing of the house.

/** Somebody at home who goes through dates. */
export interface Walker {
  userId: string;
  token: string;
}

export type Task =
  | { do: 'hold'; port: number; waiters: Waiter[] }
  | { do: 'poll'; port: number; waiters: Waiter[]; perSecond: number; seconds: number }
  | { do: 'walk'; port: number; walkers: Walker[]; seconds: number }
  | { do: 'tell' }
  | { do: 'let go' };

/** What a task came to: how long requests took by endpoint, ms. */
export interface Done {
  task: Task['do'];
  asked: number;
  failed: number;
  /** Why dates went wrong. */
  reasons?: Record<string, number>;
  tookMs: Record<string, number[]>;
  /** When each held request was answered since this was asked last, by user: ms by the machine's monotonic clock. */
  answeredMs?: Record<string, number>;
  /** Answers with a 5xx that is not a 503. */
  serverErrors: [string, number][];
  /** CPU that this process has used for the task, as a share of a core. */
  cpu: number;
}

const nextMatch = (waiter: Waiter, wait: number, seen: number): string =>
  requestText(
    'GET',
    `/api/continuous-matching/next-match?session_id=${waiter.sessionId}&wait=${wait}&seen=${seen}`,
    waiter.token,
  );

const held: Line[] = [];
let letGo = false;
let answeredMs: Record<string, number> = {};

process.on('message', (task: Task) => {
  const begun = { cpu: process.cpuUsage(), atMs: performance.now() };
  void perform(task).then((result) => {
    const { user, system } = process.cpuUsage(begun.cpu);
    const cpu = (user + system) / 1000 / (performance.now() - begun.atMs);
    process.send?.({ task: task.do, ...result, cpu, serverErrors: takeServerErrors() } satisfies Done);
  });
});

function perform(task: Task): Promise<Omit<Done, 'task' | 'cpu' | 'serverErrors'>> {
  if (task.do === 'hold') return hold(task.port, task.waiters);
  if (task.do === 'poll') return poll(task.port, task.waiters, task.perSecond, task.seconds);
  if (task.do === 'walk') return walk(task.port, task.walkers, task.seconds);
  if (task.do === 'tell') return Promise.resolve(tell());
  letGo = true;
  for (const line of held.splice(0)) line.close();
  return Promise.resolve({ asked: 0, failed: 0, tookMs: {} });
}

/** Holds a request for each, one after the other, until told to let go; answers once all are held. */
async function hold(port: number, waiters: Waiter[]): Promise<Omit<Done, 'task' | 'cpu' | 'serverErrors'>> {
  letGo = false;
  let failed = 0;
  for (let from = 0; from < waiters.length; from += 50) {
    await Promise.all(
      waiters.slice(from, from + 50).map(async (waiter) => {
        const line = await openLine(port).catch(() => null);
        if (!line) return void (failed += 1);
        held.push(line);
        void holdOn(line, waiter).catch(() => undefined);
      }),
    );
    await sleep(10);
  }
  return { asked: waiters.length, failed, tookMs: {} };
}

function tell(): Omit<Done, 'task' | 'cpu' | 'serverErrors'> {
  const told = answeredMs;
  answeredMs = {};
  return { asked: 0, failed: 0, tookMs: {}, answeredMs: told };
}

async function holdOn(line: Line, waiter: Waiter): Promise<void> {
  for (let seen = 1; !letGo;) {
    const { status, body } = await line.ask(nextMatch(waiter, 20, seen));
    answeredMs[waiter.userId] = monotonicMs();
    seen = Number(/"state_version":(\d+)/.exec(body)?.[1] ?? seen);
    if (status !== 200) await sleep(1000);
  }
}

const lines = 256;

/** So many polls a second, whatever becomes of them; each is measured from the moment when it was due. */
async function poll(
  port: number,
  waiters: Waiter[],
  perSecond: number,
  seconds: number,
): Promise<Omit<Done, 'task' | 'cpu' | 'serverErrors'>> {
  const free = await Promise.all(Array.from({ length: lines }, () => openLine(port)));
  const due: { request: string; atMs: number }[] = [];
  const took: number[] = [];
  let [failed, asked, under] = [0, 0, 0];

  const send = (): void => {
    while (due.length > 0 && free.length > 0) {
      const line = free.pop()!;
      const { request, atMs } = due.shift()!;
      under += 1;
      line
        .ask(request)
        .then(({ status }) => (status === 200 ? took.push(performance.now() - atMs) : (failed += 1)))
        .catch(() => (failed += 1))
        .finally(() => {
          under -= 1;
          free.push(line);
          send();
        });
    }
  };
  const begunMs = performance.now();
  const requests = waiters.map((waiter) => nextMatch(waiter, 0, 1));
  while (performance.now() - begunMs < seconds * 1000) {
    const elapsed = performance.now() - begunMs;
    for (; asked < (elapsed / 1000) * perSecond; asked += 1)
      due.push({ request: requests[asked % requests.length]!, atMs: begunMs + (asked / perSecond) * 1000 });
    send();
    await sleep(1);
  }
  const lateMs = performance.now() + 5_000;
  while ((under > 0 || due.length > 0) && performance.now() < lateMs) await sleep(10);
  failed += due.length + under;
  for (const line of free) line.close();
  return { asked, failed, tookMs: { 'GET next-match': took } };
}

/** Whole dates, again and again: start, held until matched, join, signal, read, skip. */
async function walk(
  port: number,
  walkers: Walker[],
  seconds: number,
): Promise<Omit<Done, 'task' | 'cpu' | 'serverErrors'>> {
  const untilMs = performance.now() + seconds * 1000;
  const tookMs: Record<string, number[]> = {};
  const reasons: Record<string, number> = {};
  let [asked, failed] = [0, 0];

  await Promise.all(
    walkers.map(async (walker, at) => {
      await sleep((at / walkers.length) * 1000);
      const line = await openLine(port);
      const ask = async (name: string, method: string, path: string, body?: object) => {
        asked += 1;
        const fromMs = performance.now();
        const came = await line.ask(requestText(method, path, walker.token, body));
        (tookMs[name] ??= []).push(performance.now() - fromMs);
        if (came.status === 409 || came.status === 410) throw new Left();
        if (came.status >= 400) throw new Error(`${name}: ${came.status}`);
        return came.body === '' ? undefined : (JSON.parse(came.body) as Answer);
      };
      while (performance.now() < untilMs)
        await date(ask, tookMs).catch((error: unknown) => {
          if (error instanceof Left) return;
          failed += 1;
          const reason = error instanceof Error ? error.message : String(error);
          reasons[reason] = (reasons[reason] ?? 0) + 1;
        });
      line.close();
    }),
  );
  return { asked, failed, tookMs, reasons };
}

/** The partner has left meanwhile: that is no failure. */
class Left extends Error {}

interface Answer {
  session_id: string;
  state: string;
  state_version: number;
  match_data: { video_session_id: string } | null;
}

type Ask = (name: string, method: string, path: string, body?: object) => Promise<Answer | undefined>;

async function date(ask: Ask, tookMs: Record<string, number[]>): Promise<void> {
  const wishes = { genders: ['woman'], mode: 'video' };
  const started = (await ask('POST start', 'POST', '/api/continuous-matching/start', wishes))!;
  const startedMs = performance.now();
  const round = await heldUntilMatched(ask, started);
  if (round === null) return;
  (tookMs['start → matched'] ??= []).push(performance.now() - startedMs);
  await ask('GET session', 'GET', `/api/video/session/${round}`);
  await ask('POST join-call', 'POST', `/api/video/join-call/${round}`, {});
  await sleep(100 + Math.random() * 100);
  await ask('POST send-signal', 'POST', '/api/video/send-signal', {
    ...{ session_id: round, type: 'offer', data: { sdp: 'v=0 '.repeat(300) } },
  }).catch(() => undefined); // the partner may have skipped already
  await ask('GET signals', 'GET', `/api/video/signals/${round}`).catch(() => undefined);
  await sleep(300);
  await ask('POST skip-call', 'POST', `/api/video/skip-call/${round}`, {});
}

async function heldUntilMatched(ask: Ask, { session_id, state_version }: Answer): Promise<string | null> {
  let seen = state_version;
  for (let times = 0; times < 3; times += 1) {
    const path = `/api/continuous-matching/next-match?session_id=${session_id}&wait=5&seen=${seen}`;
    const told = (await ask('GET next-match, held', 'GET', path))!;
    if (told.match_data) return told.match_data.video_session_id;
    seen = told.state_version;
  }
  return null;
}
