import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics } from 'prom-client';
import { metrics } from '#core/metrics.ts';
import { settings } from '#core/settings.ts';

collectDefaultMetrics({ register: metrics, prefix: 'minuet_' });

/** Everything that this process measures, in Prometheus's text format. */
export const tellMetrics = async (): Promise<{ type: string; text: string }> => ({
  type: metrics.contentType,
  text: await metrics.metrics(),
});

/**
 * Whether whoever asks may know: a counter of flags tells somebody who has just been left why. With METRICS_TOKEN it
 * is whoever sends it, without it everybody, except in production.
 * @param authorization the header
 */
export function mayReadMetrics(
  authorization: string | undefined,
  { metricsToken, production }: Guard = settings,
): boolean {
  if (metricsToken === '') return !production;
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${metricsToken}`));
}

interface Guard {
  metricsToken: string;
  production: boolean;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
