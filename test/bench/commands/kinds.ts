import { requestText } from '../loadLine.ts';
import type { Person, Scene } from './people.ts';

/** One of the commands under measurement. */
export interface Kind {
  name: string;
  /** Where people must be to give it. */
  scene: Scene;
  /** Who gives it: everybody, one of each two, or everybody again and again. */
  by: 'each' | 'one of two' | 'again';
  /** The request as text; `times` counts those that were sent before it. */
  request: (person: Person, times: number) => string;
}

const post = (path: string, token: string, body: object = {}): string =>
  requestText('POST', path, token, body);
/** Whom nobody fits: a search that the matchmaker does not answer. */
const aloneForever = { mode: 'video', min_age: 119, max_age: 120 };

export const kinds: readonly Kind[] = [
  {
    name: 'start',
    scene: 'at home',
    by: 'each',
    request: ({ token }) => post('/api/continuous-matching/start', token, aloneForever),
  },
  {
    name: 'join',
    scene: 'invited',
    by: 'each',
    request: ({ token, roundId }) => post(`/api/video/join-call/${roundId}`, token),
  },
  {
    name: 'skip',
    scene: 'in calls',
    by: 'one of two',
    request: ({ token, roundId }) => post(`/api/video/skip-call/${roundId}`, token),
  },
  {
    name: 'end',
    scene: 'in calls',
    by: 'one of two',
    request: ({ token, roundId }) => post(`/api/video/end-call/${roundId}`, token),
  },
  {
    name: 'decide',
    scene: 'deciding',
    by: 'each',
    request: ({ token, roundId }, times) =>
      post('/api/continuous-matching/continue-decision', token, {
        match_id: roundId,
        decision: times % 2 === 0 ? 'continue' : 'next',
      }),
  },
  {
    name: 'flag',
    scene: 'in calls',
    by: 'one of two',
    request: ({ token, roundId }) => post('/api/flags', token, { match_id: roundId, category: 'harassment' }),
  },
  {
    name: 'message',
    scene: 'in calls',
    by: 'again',
    request: ({ token, roundId }, times) =>
      post(`/api/video/messages/${roundId}`, token, { text: `Line ${times}` }),
  },
];

/** How many people a scene needs for so many commands, of which so many are under way at once. */
export const peopleFor = ({ by }: Kind, commands: number, atOnce: number): number => {
  if (by === 'again') return 2 * Math.max(atOnce, 10);
  return by === 'each' ? commands + (commands % 2) : 2 * commands;
};

/** Those who give it, in order: people of one round as far from each other as can be, since strangers act at once. */
export function givers({ by }: Kind, people: readonly Person[]): Person[] {
  const of = (side: number) => people.filter((_, index) => index % 2 === side);
  return by === 'one of two' ? of(0) : [...of(0), ...of(1)];
}
