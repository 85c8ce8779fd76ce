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
 * Whether the caller may read the metrics: a counter of flags tells a person who has just been left why. With
 * METRICS_TOKEN only a caller that sends it may; without it every caller may, except in production.
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
