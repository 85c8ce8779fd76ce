import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import { createApp } from '#api/app.ts';
import { createServer } from '#api/server.ts';
import { signAccessToken, type Me } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { listenForWakes, stopListeningForWakes } from '#core/polling/wakes.ts';
import { roundFor } from '#core/rounds/read.ts';
import type { Decision, Ratings } from '#core/rules.ts';
import type { CreateGuest } from '#core/wire/account.ts';
import type {
  decisionAnswer,
  heartbeatAnswer,
  NextMatchAnswer,
  sessionAnswer,
  StartBody,
} from '#core/wire/matching.ts';
import type { blockAnswer, flaggedAnswer, flagBody } from '#core/wire/safety.ts';
import type {
  chatLine,
  exitAnswer,
  joinAnswer,
  sendSignalBody,
  sentAnswer,
  signalsAnswer,
  videoSession,
} from '#core/wire/video.ts';
import { redis } from '#db/redis.ts';
import { buildGuest, signInAgain, type Person } from './build.ts';
import { onEnd } from './end.ts';
import { until } from './until.ts';

/** One person with one client, who does everything over HTTP. Every verb throws `Refused` unless it succeeds. */
export interface Player {
  id: string;
  name: string;
  me: Me;
  deviceToken: string;
  /** The session that they started last, the round of which they heard last, their last join's epoch. */
  session: string;
  round: string;
  epoch: number;
  /** The latest state_version that they were told: what `poll` says that they have seen. */
  version: number;

  /** Any request at all: its status and body, whatever they are. */
  visit: (method: string, path: string, body?: object, options?: Options) => Promise<Visit>;
  start: (preferences?: StartBody, idempotencyKey?: string) => Promise<z.infer<typeof sessionAnswer>>;
  poll: (asking?: Asking) => Promise<NextMatchAnswer>;
  /** Polls and is held; resolves once the request is being held, or answered. */
  hold: (asking?: Asking) => Promise<Held<NextMatchAnswer>>;
  heartbeat: () => Promise<z.infer<typeof heartbeatAnswer>>;
  pause: () => Promise<z.infer<typeof sessionAnswer>>;
  resume: () => Promise<z.infer<typeof sessionAnswer>>;
  /** Ends the session. */
  stop: () => Promise<z.infer<typeof sessionAnswer>>;

  // Of the round of which they heard last, unless another is given.
  join: (round?: string, page?: string) => Promise<z.infer<typeof joinAnswer>>;
  skip: (round?: string) => Promise<z.infer<typeof exitAnswer>>;
  end: (round?: string) => Promise<z.infer<typeof exitAnswer>>;
  leave: (epoch?: number, round?: string) => Promise<void>;
  /** Reads the round (GET /api/video/session). */
  look: (round?: string) => Promise<z.infer<typeof videoSession>>;
  signals: (asking?: Reading, round?: string) => Promise<z.infer<typeof signalsAnswer>>;
  holdSignals: (asking?: Reading, round?: string) => Promise<Held<z.infer<typeof signalsAnswer>>>;
  send: (signals: z.input<typeof sendSignalBody>) => Promise<z.infer<typeof sentAnswer>>;
  say: (text: string, idempotencyKey?: string, round?: string) => Promise<z.infer<typeof chatLine>>;
  decide: (decision: Decision, ratings?: Ratings, round?: string) => Promise<z.infer<typeof decisionAnswer>>;
  flag: (
    report?: Partial<z.input<typeof flagBody>>,
    round?: string,
  ) => Promise<z.infer<typeof flaggedAnswer>>;
  block: (round?: string) => Promise<z.infer<typeof blockAnswer>>;
}

/** What a poll says: `seen` is `version` unless given (null: nothing, as a plain script), `wait` 0. */
interface Asking {
  seen?: number | null;
  wait?: number;
}
interface Reading extends Asking {
  after?: string;
}

interface Options {
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** An answer, whatever it was. */
export interface Visit {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A request that is being held. */
export interface Held<Answer> {
  /** Its answer; rejected unless it comes within half a second of being asked for: a lost wake-up costs up to two. */
  readonly answer: Promise<Answer>;
  /** Its answer, where the story itself loses the wake-up, or the answer is known to take longer. */
  answerWithin: (limitMs: number) => Promise<Answer>;
  /** Closes its connection, and resolves once the server has noticed. */
  abort: () => Promise<void>;
}

/** An answer that was not a success. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(request: string, { status, body }: Visit) {
    const { code = '', detail = '' } = (body ?? {}) as { code?: string; detail?: string };
    super(`${request}: ${status} ${code} ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** The code with which a request is refused: `await refusal(ann.join())` → 'round_over'. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  throw new Error('The request was not refused');
}

/** A guest at IDLE, on a device of their own unless `device_token` is another's. */
export const person = async (guest: Partial<CreateGuest> = {}): Promise<Player> =>
  playerOf(await buildGuest(guest));

/** The same account, signed in on another device as well, with a client of its own. A guest becomes a member for it. */
export async function signedInOn(one: Player, deviceToken: string): Promise<Player> {
  return playerOf(await signInAgain(one.me, deviceToken));
}

function playerOf({ me, user, deviceToken }: Person): Player {
  const visit = (method: string, path: string, body?: object, options: Options = {}): Promise<Visit> =>
    send(me, method, path, body, options);

  async function ask<Answer>(
    method: string,
    path: string,
    body?: object,
    options?: Options,
  ): Promise<Answer> {
    const answer = await visit(method, path, body, options);
    if (answer.status >= 400) throw new Refused(`${method} ${path}`, answer);
    note(player, answer.body as Told | null);
    return answer.body as Answer; // in tests the server holds every answer against its schema
  }
  const post = <Answer>(path: string, body: object = {}, key?: string) =>
    ask<Answer>('POST', path, body, key === undefined ? {} : { headers: { 'Idempotency-Key': key } });
  const sessionVerb = <Answer>(verb: string) =>
    post<Answer>(`/api/continuous-matching/${verb}`, { session_id: player.session });
  const ofMine = (asking: Asking) => ({ session_id: player.session, ...query(asking) });
  const query = ({ seen = player.version, wait = 0, after }: Reading) => ({
    wait: String(wait),
    ...(seen !== null && { seen: String(seen) }),
    ...(after && { after }),
  });
  const get = <Answer>(path: string, asked: Record<string, string> = {}, options: Options = {}) =>
    ask<Answer>('GET', `${path}?${new URLSearchParams(asked).toString()}`, undefined, options);

  const player: Player = {
    ...{ id: me.userId, name: user.display_name, me, deviceToken },
    ...{ session: '', round: '', epoch: 0, version: 0 },
    visit,
    start: async (preferences = {}, key) => {
      const started = await post<z.infer<typeof sessionAnswer>>(
        '/api/continuous-matching/start',
        preferences,
        key,
      );
      player.session = started.session_id;
      return started;
    },
    poll: (asking = {}) => get('/api/continuous-matching/next-match', ofMine(asking)),
    hold: (asking = {}) =>
      hold((options) => get('/api/continuous-matching/next-match', ofMine({ wait: 20, ...asking }), options)),
    heartbeat: () => sessionVerb('heartbeat'),
    pause: () => sessionVerb('pause'),
    resume: () => sessionVerb('resume'),
    stop: () => sessionVerb('end'),
    join: async (round = player.round, page) => {
      const joined = await post<z.infer<typeof joinAnswer>>(`/api/video/join-call/${round}`, {}, page);
      player.epoch = joined.epoch;
      return joined;
    },
    skip: (round = player.round) => post(`/api/video/skip-call/${round}`),
    end: (round = player.round) => post(`/api/video/end-call/${round}`),
    leave: (epoch = player.epoch, round = player.round) => post(`/api/video/leave/${round}`, { epoch }),
    look: (round = player.round) => get(`/api/video/session/${round}`),
    signals: (asking = {}, round = player.round) => get(`/api/video/signals/${round}`, query(asking)),
    holdSignals: async (asking = {}, round = player.round) => {
      await roundFor(player.id, round).catch(() => undefined); // remembered from now on: what is held is held at once
      return hold((options) => get(`/api/video/signals/${round}`, query({ wait: 20, ...asking }), options));
    },
    send: (signals) => post('/api/video/send-signal', signals),
    say: (text, key, round = player.round) => post(`/api/video/messages/${round}`, { text }, key),
    decide: (decision, ratings, round = player.round) =>
      post('/api/continuous-matching/continue-decision', {
        match_id: round,
        decision,
        ...(ratings && { ratings }),
      }),
    flag: (report = {}, round = player.round) => post('/api/flags', { match_id: round, ...report }),
    block: (round = player.round) => post('/api/blocks', { match_id: round }),
  };
  return player;
}

interface Told {
  state_version?: number;
  session?: { state_version: number };
  match_data?: { call_session_id: string } | null;
}

/** What a client remembers of an answer. */
function note(player: Player, told: Told | null): void {
  player.version = told?.state_version ?? told?.session?.state_version ?? player.version;
  player.round = told?.match_data?.call_session_id ?? player.round;
}

/** The token is signed anew for every request, so that stories may last for hours; each has an instant of its own. */
async function send(
  me: Me,
  method: string,
  path: string,
  body?: object,
  { headers, signal }: Options = {},
): Promise<Visit> {
  clock.advance(1);
  const response = await fetch((await theServer()) + path, {
    method,
    headers: {
      Authorization: `Bearer ${signAccessToken(me, clock.now())}`,
      ...(body && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

let holds = 0;
const arrived = new Map<string, ServerResponse>();
const closed = new Set<string>();

async function hold<Answer>(request: (options: Options) => Promise<Answer>): Promise<Held<Answer>> {
  const id = String((holds += 1));
  const controller = new AbortController();
  const answer = request({ signal: controller.signal, headers: { [holdHeader]: id } });
  answer.catch(() => undefined);
  await until(() => arrived.has(id));
  await heldAreRead();
  const abort = async () => {
    if (arrived.get(id)?.writableEnded) await answer.catch(() => undefined); // answered, and on its way
    controller.abort();
    await until(() => closed.has(id));
    await heldAreRead();
  };
  const answerWithin = (limitMs: number) => within(limitMs, answer);
  return {
    get answer() {
      return answerWithin(heldLimitMs);
    },
    answerWithin,
    abort,
  };
}

/** Far less than the two seconds after which a held request looks for itself, and far more than an answer takes. */
const heldLimitMs = Math.min(1_500, 500 * Number(process.env.SLACK ?? 1));

function within<Answer>(limitMs: number, answer: Promise<Answer>): Promise<Answer> {
  const limited = new Promise<Answer>((resolve, reject) => {
    const late = () => reject(new Error(`A held request was not answered within ${limitMs} ms`));
    const timer = setTimeout(late, limitMs);
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
  limited.catch(() => undefined);
  return limited;
}

const holdHeader = 'x-hold';

/** Takes note of when a request that is to be held arrives, and when it is over. */
const noteHolds: RequestListener = (request, response) => {
  const id = request.headers[holdHeader];
  if (typeof id !== 'string') return;
  arrived.set(id, response);
  response.once('close', () => closed.add(id));
};

/** Resolves once every held request that was asked to look again has looked. */
export async function heldAreRead(): Promise<void> {
  // A poll goes out with the turn of the loop, and a connection to Redis answers in order.
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await redis.ping().catch(() => undefined);
  }
}

let address: Promise<string> | undefined;

/** The one server of this process, as in production but for its limits. */
const theServer = (): Promise<string> => (address ??= openServer());

async function openServer(): Promise<string> {
  const server = createServer(createApp({ rateLimitFactor: 1000 }));
  server.on('request', noteHolds);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await listenForWakes();
  onEnd(() => {
    stopListeningForWakes();
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
