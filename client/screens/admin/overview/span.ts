import { startTransition, useOptimistic } from 'react';
import { useSearchParams } from 'react-router';

/** How far back one may look, in seconds. */
const spans = { '3h': 3 * 3600, '24h': 86_400, '7d': 7 * 86_400, '30d': 30 * 86_400 } as const;
export type SpanName = keyof typeof spans;
export const spanNames = Object.keys(spans) as SpanName[];

/** The time that is looked at: until now, or one that was chosen. */
export type Span = { name: SpanName } | { name: 'chosen'; from: Date; to: Date };

/** What is asked for a time. */
export interface Period {
  start_time: string;
  /** Left out: until now. */
  end_time?: string;
}

/** The span that an address names; a day unless it names one. */
export function readSpan(params: URLSearchParams): Span {
  const [from, to] = [new Date(params.get('from') ?? ''), new Date(params.get('to') ?? '')];
  if (from.getTime() < to.getTime()) return { name: 'chosen', from, to };
  const asked = params.get('span');
  return { name: spanNames.find((name) => name === asked) ?? '24h' };
}

/**
 * A span as it is asked for. One that reaches until now begins at a whole minute, a long one at a whole hour: the
 * server remembers answers by their question.
 */
export function periodOf(span: Span, now: number): Period {
  if (span.name === 'chosen') return { start_time: span.from.toISOString(), end_time: span.to.toISOString() };
  const roundMs = (spans[span.name] > 86_400 ? 3600 : 60) * 1000;
  const start = now - spans[span.name] * 1000;
  return { start_time: new Date(Math.ceil(start / roundMs) * roundMs).toISOString() };
}

/** How long a span is. */
export const secondsOf = (span: Span): number =>
  span.name === 'chosen' ? (span.to.getTime() - span.from.getTime()) / 1000 : spans[span.name];

/** The span of this page's address, and how to choose another one: it is shown at once, whatever the address says yet. */
export function useSpan() {
  const [params, setParams] = useSearchParams();
  const [span, show] = useOptimistic(readSpan(params));
  const choose = (next: Span) =>
    startTransition(() => {
      show(next);
      setParams(written(next), { replace: true });
    });
  return [span, choose] as const;
}

const written = (span: Span): Record<string, string> =>
  span.name === 'chosen' ? { from: span.from.toISOString(), to: span.to.toISOString() } : { span: span.name };
