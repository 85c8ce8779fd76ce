import type { z } from 'zod';
import type { NextMatchAnswer } from '#core/wire/matching.ts';
import { joinAnswer, videoSession } from '#core/wire/video.ts';
import { ask, type Scene } from './ask.ts';
import { beAway } from './away.ts';
import { depart, type Departing } from './depart.ts';
import type { Visit } from './ledger.ts';
import { isOver, over, see } from './look.ts';
import { openPage, readMail } from './page.ts';
import { draw, type Person } from './person.ts';
import { rest } from './rest.ts';
import { talk } from './talk.ts';

/** Plays one round from the pairing to its end, in the way that this person feels like. */
export async function playRound(
  scene: Scene,
  person: Person,
  { match_data }: NextMatchAnswer,
): Promise<void> {
  const visit = person.visits.get(match_data?.video_session_id ?? '');
  if (!visit) return;
  const plan = visit.did === null ? draw(person.random, plans) : 'stay'; // whoever comes back stays
  if (plan === 'freeze') return beAway(scene, visit, 'vanished', 6_000 + person.random() * 15_000);
  if (plan === 'stay out') return stayOut(scene, person, visit);
  let departing: Departing = plan;
  while ((await visitOnce(scene, person, visit, departing)) === 'comes back') {
    departing = 'stay';
    await rest(200 + person.random() * 1500, scene.over);
  }
}

/** What somebody feels like doing with a round, in parts of a hundred. */
const plans = {
  stay: 62,
  skip: 11,
  refresh: 7,
  end: 5,
  close: 3,
  vanish: 3,
  freeze: 3,
  flag: 2,
  block: 2,
  'stay out': 2,
} as const satisfies Record<Departing | 'freeze' | 'stay out', number>;

/** From joining until the page is closed. */
async function visitOnce(
  scene: Scene,
  person: Person,
  visit: Visit,
  departing: Departing,
): Promise<'comes back' | undefined> {
  const { round } = visit;
  const path = `/api/video/session/${round}`;
  const session = await ask(scene, person, {
    method: 'GET',
    path,
    answer: videoSession,
    may: ['round_cancelled'],
  });
  const joined = session && (await join(scene, person, round));
  if (!joined) {
    over(visit);
    return undefined;
  }
  const page = openPage(joined);
  const [refreshed, lost] = await Promise.all([
    depart(scene, person, visit, page, departing),
    readMail(scene, person, visit, page),
    talk(scene, person, visit, page),
  ]).finally(page.close);
  return refreshed ?? lost;
}

const join = (scene: Scene, person: Person, round: string): Promise<z.infer<typeof joinAnswer> | null> =>
  ask(scene, person, {
    method: 'POST',
    path: `/api/video/join-call/${round}`,
    answer: joinAnswer,
    may: ['round_cancelled', 'round_over'],
  });

/** Sees the match and does not join, until the window closes. */
async function stayOut(scene: Scene, person: Person, visit: Visit): Promise<void> {
  Object.assign(visit, { did: 'stayed away', didMs: Date.now() });
  while (!isOver(visit) && !scene.over.aborted) {
    await rest(1000, scene.over);
    await see(scene, person, 0);
  }
}
