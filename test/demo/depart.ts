import { z } from 'zod';
import { blockAnswer, flagAnswer, flaggedAnswer } from '#core/wire/safety.ts';
import { exitAnswer } from '#core/wire/video.ts';
import { ask, type Scene } from './ask.ts';
import { beAway } from './away.ts';
import type { Visit } from './ledger.ts';
import { over } from './look.ts';
import type { Page } from './page.ts';
import type { Person } from './person.ts';
import { rest } from './rest.ts';

/** The ways out of a round that one has joined. */
export type Departing = 'stay' | 'skip' | 'end' | 'refresh' | 'close' | 'vanish' | 'flag' | 'block';

type Way = (scene: Scene, person: Person, visit: Visit, page: Page) => Promise<unknown>;

const longestStayMs = 15_000;

/**
 * Leaves the round as intended, some seconds after joining, unless it is over before.
 * @returns `comes back` after a refresh
 */
export async function depart(
  scene: Scene,
  person: Person,
  visit: Visit,
  page: Page,
  departing: Departing,
): Promise<'comes back' | undefined> {
  if (departing !== 'stay') await rest(300 + person.random() ** 2 * 7000, page.closed);
  if (page.closed.aborted) return undefined;
  await ways[departing](scene, person, visit, page);
  return departing === 'refresh' ? 'comes back' : undefined;
}

/** Until the clock ends the round; but when it is time to go home nobody sits through a long one. */
const stay: Way = async (scene, person, visit, page) => {
  await rest(2 ** 30, AbortSignal.any([page.closed, scene.closing]));
  if ((visit.endsMs ?? Infinity) - Date.now() < longestStayMs) return;
  await rest(person.random() * 2000, page.closed);
  if (!page.closed.aborted) await ways.end(scene, person, visit, page);
};

const exit =
  (did: 'skip' | 'end'): Way =>
  async (scene, person, visit) => {
    Object.assign(visit, { did, didMs: Date.now() });
    const path = `/api/video/${did}-call/${visit.round}`;
    await ask(scene, person, { method: 'POST', path, answer: exitAnswer });
    over(visit);
  };

/** Says goodbye to a page, as a browser does when it is closed. */
const leave: Way = async (scene, person, visit, page) => {
  page.close();
  const body = { epoch: page.epoch };
  await ask(scene, person, {
    method: 'POST',
    path: `/api/video/leave/${visit.round}`,
    body,
    answer: z.undefined(),
  });
};

const ways: Record<Departing, Way> = {
  stay,
  skip: exit('skip'),
  end: exit('end'),
  refresh: leave,
  close: async (scene, person, visit, page) => {
    await leave(scene, person, visit, page);
    await beAway(scene, visit, 'left', 9_000 + person.random() * 8_000);
  },
  vanish: async (scene, person, visit, page) => {
    page.close();
    await beAway(scene, visit, 'vanished', 14_000 + person.random() * 25_000);
  },
  flag: async (scene, person, visit) => {
    Object.assign(visit, { did: 'flag', didMs: Date.now() });
    const body = { match_id: visit.round, ...(person.random() < 0.5 && { then: 'waiting' }) };
    const flagged = await ask(scene, person, {
      method: 'POST',
      path: '/api/flags',
      body,
      answer: flaggedAnswer,
    });
    over(visit);
    if (flagged === null) return;
    const more = { category: 'other', reason: 'They read their e-mails aloud' };
    await ask(scene, person, {
      method: 'PATCH',
      path: `/api/flags/${flagged.flag.id}`,
      body: more,
      answer: flagAnswer,
    });
  },
  block: async (scene, person, visit) => {
    Object.assign(visit, { did: 'block', didMs: Date.now() });
    const body = { match_id: visit.round };
    await ask(scene, person, { method: 'POST', path: '/api/blocks', body, answer: blockAnswer });
    over(visit);
  },
};
