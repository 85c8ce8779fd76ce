import type { State } from '#core/journey/journey.ts';
import { profile, signedInAnswer } from '#core/wire/account.ts';
import { sessionAnswer, type NextMatchAnswer } from '#core/wire/matching.ts';
import { ask, keepTokens, type Scene } from './ask.ts';
import { decide } from './decide.ts';
import { Refused } from './door.ts';
import { look } from './look.ts';
import type { Person } from './person.ts';
import { rest } from './rest.ts';
import { playRound } from './round.ts';

/** Lives one evening: comes in as a guest, meets people until it is time to go home, and goes home. */
export async function live(scene: Scene, person: Person): Promise<void> {
  while (!scene.over.aborted) {
    try {
      if (person.token === '') await comeIn(scene, person);
      if (person.session === null) await start(scene, person);
      const next = person.news ?? (await look(scene, person));
      person.news = null;
      if (isHome(scene, next)) return;
      if (next) await react[next.state](scene, person, next);
    } catch (error) {
      if (!(error instanceof Refused) && !isLate(scene)) throw error;
      if (person.token === '') return; // not let in
      await rest(person.random() * 1000 + 500, scene.over);
    }
  }
}

const isLate = ({ over }: Scene): boolean => over.aborted;

const isHome = ({ closing }: Scene, next: NextMatchAnswer | null): boolean =>
  closing.aborted && next?.state === 'IDLE';

async function comeIn({ door }: Scene, person: Person): Promise<void> {
  const body = person.guest;
  const signedIn = await door({ method: 'POST', path: '/api/auth/guest', body, answer: signedInAnswer });
  if (signedIn === null) return;
  keepTokens(person, signedIn);
  await door({ method: 'PATCH', path: '/api/me', body: person.more, token: person.token, answer: profile });
}

async function start(scene: Scene, person: Person): Promise<void> {
  const waits = person.state === 'WAITING' ? {} : { waitingMs: Date.now(), fresh: true };
  const path = '/api/continuous-matching/start';
  const started = await ask(scene, person, {
    method: 'POST',
    path,
    body: person.wishes,
    answer: sessionAnswer,
  });
  if (started) Object.assign(person, waits, { session: started.session_id, begunMs: Date.now() });
}

const inSession = (scene: Scene, person: Person, verb: 'pause' | 'resume' | 'end') =>
  ask(scene, person, {
    method: 'POST',
    path: `/api/continuous-matching/${verb}`,
    body: { session_id: person.session },
    answer: sessionAnswer,
  });

/** What somebody does next, by where they are. */
const react: Record<State, (scene: Scene, person: Person, next: NextMatchAnswer) => Promise<unknown>> = {
  IDLE: async (scene, person, { session_status }) => {
    await rest(500 + person.random() * 2500, scene.closing);
    if (scene.closing.aborted) return;
    if (session_status === 'paused') await inSession(scene, person, 'resume');
    else person.session = null;
  },
  WAITING: async (scene, person) => {
    if (scene.closing.aborted) return inSession(scene, person, 'end');
    if (person.random() < 0.02) return inSession(scene, person, 'pause');
    // Whoever has met everybody begins anew: with a new session nobody is excluded any more.
    const sinceMs = Math.max(person.waitingMs, person.begunMs);
    if (Date.now() - sinceMs > 8_000 + person.random() * 10_000) return start(scene, person);
    return undefined;
  },
  CONNECTING: playRound,
  IN_CALL: playRound,
  DECIDING: decide,
  DISCONNECTING: async () => undefined, // looking again says that it was seen
};
