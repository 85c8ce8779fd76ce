import type { z } from 'zod';
import type { OutgoingSignal } from '#core/mailbox/signal.ts';
import type { createGuestBody, loginBody, registerBody, updateProfileBody } from '#core/wire/account.ts';
import { createBreakages } from './breakages.ts';
import { createHealth, type HealthWatch } from './health.ts';
import { createHolding, type Holding } from './holding.ts';
import { newKey } from './key.ts';
import { createTokens, type TokenBox } from './tokens.ts';
import { createTransport, type Ask, type Send } from './transport.ts';
import type * as wire from './wire.ts';

/** The server, as far as a page needs it: one function for each operation, and any other through `send`. */
export type Api = ReturnType<typeof createApi>;

interface Options {
  tokens?: TokenBox;
  health?: HealthWatch;
  holding?: Holding;
  base?: string;
  fetch?: typeof globalThis.fetch;
}

/** A batch of signals of one page for one page. */
export interface Batch {
  session_id: string;
  epoch: number;
  peer_epoch: number;
  signals: (OutgoingSignal & { client_seq: number })[];
}

/** How a request that may be held goes out. */
interface Held {
  waitSeconds: number;
  seen: number | undefined;
  signal?: AbortSignal | undefined;
}

const overHoldMs = 6_000; // how long an answer may be on its way

/**
 * Makes the server's operations callable. Every one throws `Problem` unless it succeeds; what may be repeated
 * is repeated while the server cannot be reached, except the held reads, whose loops see to it themselves.
 */
export function createApi(options: Options = {}) {
  const tokens = options.tokens ?? createTokens();
  const health = options.health ?? createHealth();
  const holding = options.holding ?? createHolding();
  const send: Send = createTransport({ ...options, tokens, health });

  const get = <Answer>(path: string, query?: Ask['query'], more: Partial<Ask> = {}) =>
    send<Answer>({ method: 'GET', path, ...(query && { query }), ...more });
  const post = <Answer>(path: string, body: object = {}, more: Partial<Ask> = {}) =>
    send<Answer>({ method: 'POST', path, body, ...more });
  const held = <Answer>(path: string, query: Ask['query'], { waitSeconds, seen, signal }: Held) =>
    get<Answer>(
      path,
      { ...query, wait: waitSeconds, seen },
      { signal, patienceMs: 0, timeoutMs: waitSeconds * 1000 + overHoldMs },
    );
  const once = () => ({ idempotencyKey: newKey() });
  const session = (verb: string, sessionId: string) =>
    post<wire.Session>(`/api/continuous-matching/${verb}`, { session_id: sessionId });

  async function signIn(answer: Promise<wire.SignedIn>): Promise<wire.Profile> {
    const { user, access_token, refresh_token, device_token } = await answer;
    tokens.rememberDevice(device_token);
    tokens.write({ access: access_token, refresh: refresh_token });
    return user;
  }
  const deviceToken = () => ({ ...(tokens.device() !== null && { device_token: tokens.device() ?? '' }) });

  return {
    tokens,
    health,
    holding,
    /** Any operation that has no function of its own. */
    send,
    /** Something broke in this page: the server is told. */
    broke: createBreakages((report) =>
      post<undefined>('/api/client-errors', report, { anonymous: true, keepalive: true, patienceMs: 0 }),
    ),

    /** What is asked of newcomers from here. */
    entry: () => get<wire.Entry>('/api/auth/entry', undefined, { anonymous: true, patienceMs: 0 }),

    // Who somebody is. Each of the three that sign in keeps the tokens.
    guest: (body: z.input<typeof createGuestBody>) =>
      signIn(post('/api/auth/guest', { ...deviceToken(), ...body }, { anonymous: true, ...once() })),
    /** With a guest's token, that account becomes a member's. */
    register: (body: z.input<typeof registerBody>) => {
      const device = tokens.getSnapshot().signedIn ? {} : deviceToken(); // a guest's account has its device
      return signIn(post('/api/auth/register', { ...device, ...body }, once()));
    },
    login: (body: z.input<typeof loginBody>) =>
      signIn(post('/api/auth/login', { ...deviceToken(), ...body }, { anonymous: true })),
    logout: async (): Promise<void> => {
      const { refresh } = tokens.read() ?? {};
      tokens.clear(true);
      if (refresh) await post('/api/auth/logout', { refresh_token: refresh }, { anonymous: true });
    },
    /** Erases the account and all that belongs to it, for good. */
    eraseMe: async (): Promise<void> => {
      await send<undefined>({ method: 'DELETE', path: '/api/me' });
      tokens.clear(true);
    },
    /** Everything that is held about the person, to take along. */
    exportMe: () => get<object>('/api/me/export', undefined, { timeoutMs: 60_000 }),
    me: () => get<wire.Profile>('/api/me'),
    updateMe: (body: z.input<typeof updateProfileBody>) =>
      send<wire.Profile>({ method: 'PATCH', path: '/api/me', body }),

    // The search.
    start: (body: wire.Preferences) => post<wire.Session>('/api/continuous-matching/start', body, once()),
    nextMatch: (sessionId: string, how: Held) =>
      held<wire.NextMatch>('/api/continuous-matching/next-match', { session_id: sessionId }, how),
    pause: (sessionId: string) => session('pause', sessionId),
    resume: (sessionId: string) => session('resume', sessionId),
    end: (sessionId: string) => session('end', sessionId),
    /** The page goes: sent in such a way that it outlives it. */
    leaveSearch: (sessionId: string) =>
      post<undefined>(
        '/api/continuous-matching/leave',
        { session_id: sessionId },
        { keepalive: true, patienceMs: 0 },
      ),
    decide: (body: wire.DecisionBody) =>
      post<wire.DecisionOutcome>('/api/continuous-matching/continue-decision', body),

    // A round.
    round: (roundId: string, signal?: AbortSignal) =>
      get<wire.VideoSession>(`/api/video/session/${roundId}`, undefined, { signal }),
    /** @param page a key of the page that joins: a repeat that arrives late is still the same page. */
    join: (roundId: string, page: string) =>
      post<wire.Joined>(
        `/api/video/join-call/${roundId}`,
        {},
        { idempotencyKey: page, timeoutMs: 5_000, patienceMs: 15_000 },
      ),
    signals: (roundId: string, after: string | null, how: Held) =>
      held<wire.Mail>(`/api/video/signals/${roundId}`, { after }, how),
    sendSignals: (batch: Batch, signal?: AbortSignal) =>
      post<wire.Sent>('/api/video/send-signal', batch, { signal, patienceMs: 0, timeoutMs: 4_000 }),
    skip: (roundId: string) => post<wire.Exit>(`/api/video/skip-call/${roundId}`),
    endCall: (roundId: string) => post<wire.Exit>(`/api/video/end-call/${roundId}`),
    /** The page goes: sent in such a way that it outlives it. */
    leave: (roundId: string, epoch: number) =>
      post<undefined>(`/api/video/leave/${roundId}`, { epoch }, { keepalive: true, patienceMs: 0 }),
    say: (roundId: string, text: string, idempotencyKey: string) =>
      post<wire.ChatLine>(`/api/video/messages/${roundId}`, { text }, { idempotencyKey }),
    quality: (roundId: string, body: wire.Quality, keepalive = false) =>
      post<undefined>(`/api/video/quality/${roundId}`, body, { keepalive, patienceMs: 0 }),

    // Whom one has met.
    matches: (query: { mutual?: boolean; status?: string; limit?: number; cursor?: string } = {}) =>
      get<wire.Matches>('/api/matches', query),
    match: (matchId: string) => get<wire.Match>(`/api/matches/${matchId}`),

    // Safety.
    flag: (body: wire.FlagBody) => post<wire.Flagged>('/api/flags', body, { patienceMs: 20_000 }),
    amendFlag: (flagId: string, body: wire.AmendFlag) =>
      send<wire.Flag>({ method: 'PATCH', path: `/api/flags/${flagId}`, body }),
    flags: (matchId?: string) => get<wire.Flags>('/api/flags', { match_id: matchId }),
    block: (matchId: string) => post<wire.Block>('/api/blocks', { match_id: matchId }),
    blocks: () => get<wire.Blocks>('/api/blocks'),
    unblock: (blockId: string) => send<undefined>({ method: 'DELETE', path: `/api/blocks/${blockId}` }),
  };
}
