import { matchesAnswer } from '#core/wire/records.ts';
import { ask, type Scene } from './ask.ts';
import type { Person } from './person.ts';
import type { Listed } from './sides.ts';

const perPage = 100;

/** All of somebody's rounds, newest first, page by page. */
export async function listRounds(scene: Scene, person: Person): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/api/matches?limit=${perPage}${cursor && `&cursor=${cursor}`}`;
    const page: Page | null = await ask(scene, person, { method: 'GET', path, answer: matchesAnswer });
    all.push(...(page?.matches ?? []));
    cursor = page?.next_cursor ?? null;
  }
  return all;
}

interface Page {
  matches: Listed[];
  next_cursor: string | null;
}
