import type { Player, Visit } from '../cast.ts';

/** One look at everything that somebody can read without changing anything. */
export async function everythingSeenBy(who: Player, round = who.round): Promise<Record<string, Visit>> {
  const next = `/api/continuous-matching/next-match?session_id=${who.session}`;
  const looks: [method: string, path: string, body?: object][] = [
    ['GET', `${next}&seen=${who.version}`],
    ['GET', next],
    ['POST', '/api/continuous-matching/heartbeat', { session_id: who.session }],
    ['GET', `/api/video/session/${round}`],
    ['GET', `/api/video/signals/${round}?seen=${who.version}`],
    ['GET', `/api/video/signals/${round}`],
    ['POST', '/api/video/send-signal', { session_id: round, type: 'bye', data: 1 }],
    ['POST', `/api/video/messages/${round}`, { text: 'Are you there?' }],
    ['POST', `/api/video/join-call/${round}`],
    ['POST', `/api/video/skip-call/${round}`],
    ['GET', '/api/matches'],
    ['GET', '/api/matches?status=passed'],
    ['GET', '/api/matches?mutual=true'],
    ['GET', `/api/matches/${round}`],
    ['GET', '/api/flags'],
    ['GET', '/api/blocks'],
    ['GET', '/api/me'],
  ];
  const seen: Record<string, Visit> = {};
  for (const [method, path, body] of looks) seen[`${method} ${path}`] = await who.visit(method, path, body);
  return seen;
}

// They differ from answer to answer, whatever it says; the length follows from the body.
const incidental = new Set([
  'date',
  'x-request-id',
  'ratelimit',
  'ratelimit-policy',
  'content-length',
  'instance',
]);

/**
 * What was seen, so that two worlds can be compared, a leaf a line: ids by the order of their appearance, times in
 * steps of five seconds from an instant, since a busy machine takes its time.
 */
export function comparable(seen: object, from: Date): string[] {
  const ids = new Map<string, string>();
  const nameOf = (id: string) => ids.get(id) ?? ids.set(id, `id ${ids.size + 1}`).get(id)!;
  const seconds = (ms: number) => `${Math.floor(ms / 5000) * 5} s`;
  const words = (text: string) =>
    text
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, nameOf)
      .replaceAll(/\b[\da-f]{12}:(\d+)/g, 'cursor $1')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => seconds(Date.parse(time) - from.getTime()));
  const lines = (value: unknown, path: string): string[] => {
    if (value instanceof Headers) return lines(Object.fromEntries(value), path);
    const key = path.slice(path.lastIndexOf('.') + 1);
    if (incidental.has(key)) return [];
    // A moving average over all worlds of this process, and the hour of the day.
    if (key === 'estimated_wait_seconds' && value !== null) return [`${path}: some`];
    if (/by_hour\.\d+\.at$/.test(path)) return [];
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, one]) => lines(one, `${path}.${words(name)}`));
    if (typeof value === 'number' && key.endsWith('_ms')) return [`${path}: ${seconds(value)}`];
    if (typeof value === 'number' && key === 'duration_seconds') return [`${path}: ${seconds(value * 1000)}`];
    return [`${path}: ${words(String(value))}`];
  };
  return lines(seen, '');
}

/** What one world has and the other has not. */
export const differences = (one: string[], other: string[]): string[] => [
  ...one.filter((line) => !other.includes(line)),
  ...other.filter((line) => !one.includes(line)),
];
