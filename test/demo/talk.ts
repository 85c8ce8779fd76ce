import { z } from 'zod';
import { chatLine } from '#core/wire/video.ts';
import { ask, type Scene } from './ask.ts';
import type { Visit } from './ledger.ts';
import type { Page } from './page.ts';
import { pick, type Person } from './person.ts';
import { rest } from './rest.ts';
import { spoken } from './signals.ts';

const lines = [
  'Hello!',
  'Where are you just now?',
  'I have seen that film twice.',
  'Ha! Me too.',
  'What a week …',
];

/** Writes a line now and then, more of them where there is no picture, and says once how the call is going. */
export async function talk(scene: Scene, person: Person, visit: Visit, page: Page): Promise<void> {
  const most = visit.mode === 'text' ? 6 : 2;
  let left = Math.floor(person.random() * (most + 1));
  for (;;) {
    await rest(500 + person.random() * 2000, page.closed);
    if (page.closed.aborted) return;
    if (visit.endsMs === null) continue;
    if (!visit.measured) await measure(scene, person, visit);
    if (left-- <= 0) return;
    await ask(scene, person, {
      method: 'POST',
      path: `/api/video/messages/${visit.round}`,
      body: { text: spoken(visit, pick(person.random, lines)) },
      answer: chatLine,
      may: ['round_over', 'not_joined'],
    });
  }
}

async function measure(scene: Scene, person: Person, visit: Visit): Promise<void> {
  visit.measured = true;
  const body = {
    setup_ms: 100 + person.random() * 400,
    rtt_ms: 20 + person.random() * 60,
    loss: 0,
    stalls: 0,
  };
  const path = `/api/video/quality/${visit.round}`;
  await ask(scene, person, { method: 'POST', path, body, answer: z.undefined() });
}
