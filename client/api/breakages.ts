import { rules } from '#core/rules.ts';
import type { ClientError } from '#core/wire/clientErrors.ts';
import { isProblem } from './problem.ts';

/** What was going on when something broke. */
export type BreakageKind = ClientError['kind'];

/** Tells the server that something broke in this page. Never throws, and nobody waits for it. */
export type TellBroken = (kind: BreakageKind, error: unknown) => void;

const mostReports = 5; // of one page: what goes on breaking has been said
const frame = /(?:https?:\/\/[^/\s)]+)?\/([\w./-]+:\d+:\d+)/g;
const ids = /\/[0-9a-f]{8}-[0-9a-f-]{27}/gi;

/**
 * Makes the way to tell: each error once, five of a page, and only what holds nobody's words: the class of the error and
 * where in our code it was. Refusals of the server are no breakage, nor is what other people's extensions do.
 * @param post sends one report
 */
export function createBreakages(post: (report: ClientError) => Promise<unknown>): TellBroken {
  const told = new Set<string>();
  return (kind, error) => {
    if (isProblem(error) || (error instanceof DOMException && error.name === 'AbortError')) return;
    const report = reportOf(kind, error);
    if (kind === 'other' && report.places.length === 0) return;
    const key = JSON.stringify(report);
    if (told.has(key) || told.size >= mostReports) return;
    told.add(key);
    post(report).catch(() => undefined);
  };
}

function reportOf(kind: BreakageKind, error: unknown): ClientError {
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const path = 'location' in globalThis ? location.pathname.replace(ids, '/:id') : '/';
  return {
    kind,
    name: /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error',
    screen: /^(\/[a-z-]{1,30}|\/:id){1,4}$/.test(path) ? path : '/',
    places: ours(stack),
  };
}

/** The frames of a stack in scripts of this page's own origin, without their addresses. */
function ours(stack: string): string[] {
  const origin = 'location' in globalThis ? location.origin : '';
  return stack
    .split('\n')
    .slice(1)
    .filter((line) => line.includes(`${origin}/`))
    .flatMap((line) => [...line.matchAll(frame)].map(([, place = '']) => place))
    .filter((place) => place.length <= 100)
    .slice(0, rules.clientErrorPlaces);
}
