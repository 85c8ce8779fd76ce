import type { z } from 'zod';
import { signalsAnswer, videoSession, type joinAnswer } from '#core/wire/video.ts';
import { ask, type Scene } from './ask.ts';
import { breaks, hereMs, type Visit } from './ledger.ts';
import { hear, isOver, over, see, stillIn } from './look.ts';
import type { Person } from './person.ts';
import { rest } from './rest.ts';
import { checkMail, exchange, type Mail } from './signals.ts';

/** The page of one round in somebody's browser, from one join to the next. */
export interface Page {
  epoch: number;
  /** The partner's page that has been greeted; 0: none. */
  peerEpoch: number;
  /** How many signals this page has sent. */
  sent: number;
  cursor: string | null;
  /** What has come, so that nothing comes twice. */
  came: Set<string>;
  closed: AbortSignal;
  close: () => void;
}

export function openPage({ epoch, cursor }: z.infer<typeof joinAnswer>): Page {
  const closing = new AbortController();
  const close = () => closing.abort();
  return { epoch, peerEpoch: 0, sent: 0, cursor, came: new Set(), closed: closing.signal, close };
}

/**
 * Reads the mailbox until the round is over or the page is closed, and answers what comes. When something about
 * the person has changed, it is the poll for the next match that shows what.
 * @returns `comes back` when the log was lost and one has to join again
 */
export async function readMail(
  scene: Scene,
  person: Person,
  visit: Visit,
  page: Page,
): Promise<'comes back' | undefined> {
  try {
    while (!isOver(visit) && !page.closed.aborted && !scene.over.aborted) {
      const sentMs = Date.now();
      const mail = await read(scene, person, visit, page);
      if (mail === null) return undefined;
      if (mail.reset) return 'comes back';
      if (mail.session.epoch > page.epoch) breaks(scene.ledger, 'a page was replaced, and there is no other');
      checkMail(scene.ledger, visit, page, mail);
      await follow(scene, person, visit, mail, sentMs);
      if (!isOver(visit)) await exchange(scene, person, visit, page, mail);
      if (mail.session.state_version !== person.shown) await see(scene, person, 0);
      if (!person.held && !isOver(visit)) await rest(person.everyMs, page.closed);
    }
    return undefined;
  } finally {
    page.close();
  }
}

/** One read of the mailbox; null when the page was closed meanwhile. */
async function read(scene: Scene, person: Person, visit: Visit, page: Page): Promise<Mail | null> {
  const query = new URLSearchParams({
    ...(page.cursor !== null && { after: page.cursor }),
    ...(person.held && { wait: '10', seen: String(person.shown) }),
  });
  const path = `/api/video/signals/${visit.round}?${query.toString()}`;
  try {
    return await ask(scene, person, { method: 'GET', path, answer: signalsAnswer, signal: page.closed });
  } catch (error) {
    if (page.closed.aborted) return null;
    throw error;
  }
}

/** What the same answer says about the round. */
async function follow(
  scene: Scene,
  person: Person,
  visit: Visit,
  { session }: Mail,
  sentMs: number,
): Promise<void> {
  hear(person, session.notice);
  if (session.status === 'waiting' || session.status === 'active') stillIn(visit, sentMs);
  else over(visit);
  if (isOver(visit)) return;
  hear(person, session.notice);
  if (session.status === 'waiting' || visit.endsMs !== null) return;
  const path = `/api/video/session/${visit.round}`;
  const seen = await ask(scene, person, {
    method: 'GET',
    path,
    answer: videoSession,
    may: ['round_cancelled'],
  });
  if (seen?.ends_at) visit.endsMs = hereMs(scene.ledger, seen.ends_at);
}
