import { ratingTraits } from '#core/rules.ts';
import { decisionAnswer, type NextMatchAnswer } from '#core/wire/matching.ts';
import { ask, type Scene } from './ask.ts';
import type { Visit } from './ledger.ts';
import { draw, type Person } from './person.ts';
import { rest } from './rest.ts';

const mostThoughtMs = 4_000;

/** Thinks for a while, and then says in secret whether to meet again. Some say nothing. */
export async function decide(scene: Scene, person: Person, { decision }: NextMatchAnswer): Promise<void> {
  if (decision === null) return;
  const thoughtMs = person.random() * Math.min(mostThoughtMs, decision.remaining_ms * 0.9);
  const visit = person.visits.get(decision.match_id);
  const vote = visit?.vote ?? draw(person.random, { continue: 50, skip: 18, next: 20, nothing: 12 });
  await rest(thoughtMs, scene.over);
  if (vote === 'nothing') return rest(decision.remaining_ms - thoughtMs, scene.over);
  if (visit) visit.vote = vote;
  const answer = await ask(scene, person, {
    method: 'POST',
    path: '/api/continuous-matching/continue-decision',
    body: {
      session_id: person.session,
      match_id: decision.match_id,
      decision: vote,
      ...(person.random() < 0.5 && { ratings: ratings(person) }),
    },
    answer: decisionAnswer,
    may: visit && saysNo(visit) ? ['decision_closed', 'already_decided'] : ['decision_closed'],
  });
  if (visit && answer?.outcome === 'mutual') visit.toldMutual = true;
}

/** A flag or a block that came too late to end the round counts as a vote. */
const saysNo = ({ did }: Visit): boolean => did === 'flag' || did === 'block';

const ratings = ({ random }: Person) =>
  Object.fromEntries(ratingTraits.map((trait) => [trait, 1 + Math.floor(random() * 5)]));
