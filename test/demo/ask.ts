import type { z } from 'zod';
import { tokensAnswer } from '#core/wire/account.ts';
import { states, type State } from '#core/journey/journey.ts';
import type { Door, Question } from './door.ts';
import { note, type Ledger } from './ledger.ts';
import type { Person } from './person.ts';

/** What the whole crowd has in common. */
export interface Scene {
  door: Door;
  ledger: Ledger;
  /** Aborted when it is time to go home: held requests end, and nobody starts anything new. */
  closing: AbortSignal;
  /** Aborted when patience is over: whoever has not come home is stuck. */
  over: AbortSignal;
}

/**
 * Asks as somebody, with a token that is still good. Whatever the answer says of where they are is believed,
 * and written down.
 */
export async function ask<Schema extends z.ZodType>(
  { door, ledger, over }: Scene,
  person: Person,
  question: Omit<Question<Schema>, 'token'>,
): Promise<z.output<Schema> | null> {
  if (performance.now() > person.tokenUntilMs) await renew(door, person);
  const signal = question.signal ? AbortSignal.any([question.signal, over]) : over;
  const lost = () => person.visits.forEach((visit) => (visit.answerLost = true));
  signal.addEventListener('abort', lost); // whoever hangs up does not hear what was being said
  try {
    const answer = await door({ ...question, signal, lost, token: person.token });
    believe(ledger, person, answer);
    return answer;
  } finally {
    signal.removeEventListener('abort', lost);
  }
}

async function renew(door: Door, person: Person): Promise<void> {
  const body = { refresh_token: person.refreshToken };
  const tokens = await door({ method: 'POST', path: '/api/auth/refresh', body, answer: tokensAnswer });
  if (tokens) keepTokens(person, tokens);
}

/** Remembers tokens until shortly before they expire. */
export function keepTokens(person: Person, tokens: z.infer<typeof tokensAnswer>): void {
  person.token = tokens.access_token;
  person.refreshToken = tokens.refresh_token;
  person.tokenUntilMs = performance.now() + tokens.expires_in * 1000 * 0.8;
}

function believe(ledger: Ledger, person: Person, answer: unknown): void {
  const said = whereabouts(answer) ?? whereabouts(Object(answer).session);
  if (!said || isOfThePast(answer)) return;
  note(ledger, person.guest.display_name, said.version, said.state);
  if (said.version < person.version) return; // two requests were under way
  if (said.state === 'WAITING' && person.state !== 'WAITING') person.waitingMs = Date.now();
  Object.assign(person, said);
}

/** Asked about a session that is over, next-match says IDLE as far as that one is concerned, whatever came after it. */
const isOfThePast = (answer: unknown): boolean => {
  const { session_id, session_status } = Object(answer) as { session_id?: unknown; session_status?: unknown };
  return typeof session_id === 'string' && session_status === 'ended';
};

function whereabouts(answer: unknown): { state: State; version: number } | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const state = states.find((one) => one === Reflect.get(answer, 'state'));
  const version: unknown = Reflect.get(answer, 'state_version');
  return state !== undefined && typeof version === 'number' ? { state, version } : undefined;
}
