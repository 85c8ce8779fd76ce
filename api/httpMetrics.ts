import { Histogram } from 'prom-client';
import type { RequestHandler } from 'express';
import { Problem } from '#core/errors.ts';
import '#core/health/gauges.ts';
import { mayReadMetrics, tellMetrics } from '#core/health/tellMetrics.ts';
import { metrics } from '#core/metrics.ts';

const requests = new Histogram({
  name: 'minuet_http_request_seconds',
  help: 'How long requests took, held polls included, by route and status',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
  registers: [metrics],
});

// Labels are hashed at every look-up, which costs as much as the measurement: there are few, so they are kept.
const series = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

/** Measures one request that is over. */
export function observeRequest(method: string, route: string, status: number, seconds: number): void {
  const name = `${method} ${route} ${status}`;
  let one = series.get(name);
  if (!one) {
    one = requests.labels({ method, route, status });
    series.set(name, one);
  }
  one.observe(seconds);
}

/** GET /metrics: everything that this process measures, and the state of the system, in Prometheus's text format. */
export const answerMetrics: RequestHandler = async (request, response) => {
  if (!mayReadMetrics(request.get('authorization'))) throw new Problem('not_found');
  const { type, text } = await tellMetrics();
  response.setHeader('Content-Type', type);
  response.send(text);
};
