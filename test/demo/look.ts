import { inLiveRound } from '#core/journey/journey.ts';
import { nextMatchAnswer, type NextMatchAnswer } from '#core/wire/matching.ts';
import { ask, type Scene } from './ask.ts';
import { breaks, compareClocks, hereMs, type PollSent, type Visit } from './ledger.ts';
import type { Person } from './person.ts';
import { rest } from './rest.ts';

/**
 * Asks what is next: held by the server, or every few seconds as a plain script does.
 * @returns null when it was time to go home before there was an answer
 */
export async function look(scene: Scene, person: Person): Promise<NextMatchAnswer | null> {
  if (person.held) return see(scene, person, scene.closing.aborted ? 0 : 20);
  await rest(scene.closing.aborted ? 500 : person.everyMs, scene.closing);
  return see(scene, person, 0);
}

/** One poll. Held, it says with `seen` what was shown before; a plain script says nothing. */
export async function see(scene: Scene, person: Person, wait: number): Promise<NextMatchAnswer | null> {
  const { ledger, closing } = scene;
  const seen = person.held ? `&wait=${wait}&seen=${person.shown}` : '';
  const path = `/api/continuous-matching/next-match?session_id=${person.session ?? ''}${seen}`;
  const signal = wait > 0 ? { signal: closing } : {};
  const sentMs = Date.now();
  if (sentMs - person.askedMs > person.everyMs + pauseMs) person.askingMs = sentMs;
  const thereMs =
    person.state === 'WAITING' ? Math.max(person.askingMs, person.waitingMs, person.begunMs) : sentMs;
  const [who, held] = [person.guest.display_name, person.held];
  const sent: PollSent = { who, held, sentMs, doneMs: Infinity, coolsUntilMs: 0 };
  if (!closing.aborted) ledger.polls.push(sent);
  try {
    const next = await ask(scene, person, { method: 'GET', path, answer: nextMatchAnswer, ...signal });
    if (next === null) return null;
    Object.assign(person, { shown: next.state_version, news: next });
    compareClocks(ledger, next.server_time, Date.now());
    if (next.queue?.cooldown_until) sent.coolsUntilMs = hereMs(ledger, next.queue.cooldown_until);
    take(scene, person, next, { sentMs, thereMs });
    return next;
  } catch (error) {
    if (wait > 0 && closing.aborted) return null;
    throw error;
  } finally {
    sent.doneMs = person.askedMs = Date.now();
  }
}

const pauseMs = 1_000;

interface Asked {
  sentMs: number;
  thereMs: number;
}

function take(scene: Scene, person: Person, next: NextMatchAnswer, { sentMs, thereMs }: Asked): void {
  const { notice, match_data: match, state } = next;
  if (inLiveRound(state) !== next.match_found || next.match_found !== (match !== null))
    breaks(scene.ledger, `match_found is ${next.match_found} while ${state}`);
  if ((state === 'DECIDING') !== (next.decision !== null)) breaks(scene.ledger, `a decision while ${state}`);
  for (const visit of person.visits.values())
    if (visit.round === match?.video_session_id) stillIn(visit, sentMs);
    else over(visit);
  if (match) enter(scene, person, match, thereMs);
  hear(person, notice);
}

/** Told that two people said yes. */
export function hear({ visits }: Person, notice: NextMatchAnswer['notice']): void {
  const visit = notice?.reason === 'mutual' ? visits.get(notice.match_id) : undefined;
  if (visit) visit.toldMutual = true;
}

/** Told that they are in the round. */
export function stillIn(visit: Visit, sentMs: number): void {
  if (visit.endsMs !== null) visit.overstayedMs = Math.max(visit.overstayedMs, sentMs - visit.endsMs);
}

export const isOver = (visit: Visit): boolean => visit.overMs !== null;

/** Told, in whatever way, that they are in it no longer. */
export function over(visit: Visit): void {
  visit.overMs ??= Date.now();
}

function enter(
  { ledger }: Scene,
  person: Person,
  match: NonNullable<NextMatchAnswer['match_data']>,
  thereMs: number,
): void {
  const known = person.visits.get(match.video_session_id);
  if (known && (known.partner !== match.user_name || known.role !== match.role || known.mode !== match.mode))
    breaks(ledger, 'match_data changed within a round');
  if (known) return;
  const visit: Visit = {
    round: match.video_session_id,
    who: person.guest.display_name,
    session: person.session ?? '',
    partner: match.user_name,
    role: match.role,
    mode: match.mode,
    held: person.held,
    waitingMs: person.waitingMs,
    fresh: person.fresh,
    thereMs,
    toldMs: Date.now(),
    ...{ endsMs: null, overMs: null, overstayedMs: 0, did: null, didMs: 0, away: false },
    ...{ toldMutual: false, vote: null, answerLost: false, measured: false },
  };
  person.fresh = false;
  person.visits.set(visit.round, visit);
  ledger.visits.push(visit);
}
