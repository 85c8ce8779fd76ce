import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './loadControl.ts';
import { openLine, requestText, type Line } from './loadLine.ts';
import type { Walker } from './loadGenerator.ts';

// A process in which honest people date: `fork` it and send it the people. It tells what it sees as it goes.

/** One request that was answered (ms it took), or one thing that went wrong; `atMs` by the machine's clock. */
export type Seen = { atMs: number; tookMs: number } | { atMs: number; wrong: string };

const wishes = { genders: ['nonbinary'], mode: 'video' };
const unpairedAfterMs = 10_000;
const lostAfterMs = 5_000;
let seen: Seen[] = [];

process.on('message', ({ port, people }: { port: number; people: Walker[] }) => {
  setInterval(() => {
    process.send?.(seen);
    seen = [];
  }, 200);
  for (const [index, person] of people.entries())
    void sleep((index / people.length) * 4000).then(() => live(port, person));
});

async function live(port: number, person: Walker): Promise<void> {
  for (;;)
    try {
      const line = await openLine(port);
      const ask = asker(line, person.token);
      for (;;) await date(ask);
    } catch (error) {
      wrong(error instanceof Error ? error.message : String(error));
      await sleep(200);
    }
}

interface Answer {
  session_id: string;
  state: string;
  state_version: number;
  cursor: string;
  next: string | null;
  role: string;
  signals: { data: unknown }[];
  session: { state: string; state_version: number };
  match_data: { video_session_id: string } | null;
}
type Ask = (method: string, path: string, body?: object) => Promise<Answer | null>;

/** Null: the partner has gone on meanwhile, which is no fault of the server. */
function asker(line: Line, token: string): Ask {
  return async (method, path, body) => {
    const fromMs = monotonicMs();
    const came = await line.ask(requestText(method, path, token, body));
    const isHeld = path.includes('wait=');
    if (!isHeld) seen.push({ atMs: fromMs, tookMs: monotonicMs() - fromMs });
    if (came.status === 409 || came.status === 410) return null;
    if (came.status >= 400) wrong(`${came.status} ${path.replace(/[?].*|[\da-f]{8}-.*/, '')}`);
    return came.status >= 400 || came.body === '' ? null : (JSON.parse(came.body) as Answer);
  };
}

/** Start, be paired, join, exchange a signal each, stay three seconds, skip. */
async function date(ask: Ask): Promise<void> {
  const started = await ask('POST', '/api/continuous-matching/start', wishes);
  if (!started) {
    await sleep(500);
    return;
  }
  const round = await paired(ask, started);
  if (round === null) return;
  const joined = await ask('POST', `/api/video/join-call/${round}`, {});
  if (!joined) return;
  const signal = { session_id: round, type: 'offer', data: 'v=0 '.repeat(300) };
  await ask('POST', '/api/video/send-signal', signal);
  await receive(ask, round, joined.cursor);
  await sleep(2500 + Math.random() * 1000);
  await ask('POST', `/api/video/skip-call/${round}`, {});
}

async function paired(ask: Ask, { session_id, state_version }: Answer): Promise<string | null> {
  const untilMs = monotonicMs() + unpairedAfterMs;
  for (let version = state_version; monotonicMs() < untilMs;) {
    const path = `/api/continuous-matching/next-match?session_id=${session_id}&wait=5&seen=${version}`;
    const told = await ask('GET', path);
    if (told?.match_data) return told.match_data.video_session_id;
    version = told?.state_version ?? version;
    if (!told) await sleep(200);
  }
  wrong('unpaired for 10 s');
  return null;
}

/** The partner's signal arrives, as long as the partner stays. */
async function receive(ask: Ask, round: string, cursor: string): Promise<void> {
  const untilMs = monotonicMs() + lostAfterMs;
  let version = 0;
  while (monotonicMs() < untilMs) {
    const mail = await ask('GET', `/api/video/signals/${round}?after=${cursor}&wait=2&seen=${version}`);
    if (!mail || mail.signals.length > 0 || !['CONNECTING', 'IN_CALL'].includes(mail.session.state)) return;
    version = mail.session.state_version;
  }
  wrong('signal lost');
}

const wrong = (what: string): void => void seen.push({ atMs: monotonicMs(), wrong: what });
