import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Decision } from '#core/rules.ts';
import { profile, signedInAnswer, type CreateGuest } from '#core/wire/account.ts';
import {
  decisionAnswer,
  nextMatchAnswer,
  sessionAnswer,
  type NextMatchAnswer,
  type StartBody,
} from '#core/wire/matching.ts';
import { matchesAnswer } from '#core/wire/records.ts';
import { exitAnswer, joinAnswer, sentAnswer, signalsAnswer, videoSession } from '#core/wire/video.ts';
import { guestInput } from '../build.ts';

/** An answer as it came. */
export interface Came {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Somebody with a client that knows nothing but the guide: addresses, JSON, a token. */
export type Guest = Awaited<ReturnType<typeof guest>>;

/**
 * Lets somebody in.
 * @param doors where the API answers; with several, each request goes to the next one
 */
export async function guest(doors: readonly string[], named: Partial<CreateGuest> = {}) {
  let requests = 0;
  const me = { token: '', refreshToken: '', session: '', round: '', version: 0, epoch: 0, cursor: '' };

  /** Any request at all, whatever comes of it. */
  async function send(method: string, path: string, body?: object): Promise<Came> {
    const door = doors[(requests += 1) % doors.length]!;
    const response = await fetch(door + path, {
      method,
      headers: {
        ...(me.token && { Authorization: `Bearer ${me.token}` }),
        ...(body && { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  async function ask<Schema extends z.ZodType>(answer: Schema, method: string, path: string, body?: object) {
    const came = await send(method, path, body);
    if (came.status >= 400) throw new Error(`${method} ${path}: ${came.status} ${JSON.stringify(came.body)}`);
    return answer.parse(came.body);
  }

  /** One poll; what it says is remembered. */
  async function next(asking: { wait?: number; seen?: number } = {}): Promise<NextMatchAnswer> {
    const query = new URLSearchParams({ session_id: me.session });
    for (const [key, value] of Object.entries(asking)) query.set(key, String(value));
    const told = await ask(nextMatchAnswer, 'GET', `/api/continuous-matching/next-match?${query.toString()}`);
    me.version = told.state_version;
    me.round = told.match_data?.video_session_id ?? me.round;
    return told;
  }

  const inRound = (verb: string) => `/api/video/${verb}/${me.round}`;
  const signedIn = await ask(signedInAnswer, 'POST', '/api/auth/guest', guestInput(named));
  me.token = signedIn.access_token;
  me.refreshToken = signedIn.refresh_token;

  return Object.assign(me, {
    name: signedIn.user.display_name,
    send,
    next,
    shares: (contact_handle: string) => ask(profile, 'PATCH', '/api/me', { contact_handle }),
    start: async (wishes: StartBody = {}) => {
      const started = await ask(sessionAnswer, 'POST', '/api/continuous-matching/start', wishes);
      me.session = started.session_id;
      return started;
    },
    stop: () => ask(sessionAnswer, 'POST', '/api/continuous-matching/end', { session_id: me.session }),
    look: () => ask(videoSession, 'GET', inRound('session')),
    join: async () => {
      const joined = await ask(joinAnswer, 'POST', inRound('join-call'), {});
      Object.assign(me, { epoch: joined.epoch, cursor: joined.cursor ?? '' });
      return joined;
    },
    signal: (type: string, data: unknown) =>
      ask(sentAnswer, 'POST', '/api/video/send-signal', {
        session_id: me.round,
        type,
        data,
        target_user_id: 0,
      }),
    signals: async (query = '') => {
      const mail = await ask(signalsAnswer, 'GET', `${inRound('signals')}?after=${me.cursor}${query}`);
      me.cursor = mail.next ?? me.cursor;
      return mail;
    },
    skip: () => ask(exitAnswer, 'POST', inRound('skip-call'), {}),
    end: () => ask(exitAnswer, 'POST', inRound('end-call'), {}),
    decide: (decision: Decision) =>
      ask(decisionAnswer, 'POST', '/api/continuous-matching/continue-decision', {
        session_id: me.session,
        match_id: me.round,
        decision,
      }),
    matches: async (query = '') => (await ask(matchesAnswer, 'GET', `/api/matches${query}`)).matches,
  });
}

/** Polls as the guide does, every so often, until the answer is what is waited for. */
export async function pollUntil(
  someone: Pick<Guest, 'next'>,
  isIt: (told: NextMatchAnswer) => boolean,
  everyMs = 250,
): Promise<NextMatchAnswer> {
  for (let tries = 0; tries < 80; tries += 1) {
    const told = await someone.next();
    if (isIt(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error('They were never told');
}

/** Two people in a call whose clock runs. */
export async function inCall(doors: readonly string[]): Promise<[Guest, Guest]> {
  const two = await paired(doors);
  for (const one of two) await one.join();
  return two;
}

/** Two people who have just been told of each other. */
export async function paired(doors: readonly string[]): Promise<[Guest, Guest]> {
  const ada = await guest(doors, { display_name: 'Ada' });
  const ben = await guest(doors, { display_name: 'Ben' });
  for (const one of [ada, ben]) await one.start();
  await Promise.all([ada, ben].map((one) => pollUntil(one, (told) => told.match_found)));
  return [ada, ben];
}
