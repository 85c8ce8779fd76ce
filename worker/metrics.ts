import { createServer } from 'node:http';
import { mayReadMetrics, tellMetrics } from '#core/health/tellMetrics.ts';
import { log } from '#core/log.ts';
import { settings } from '#core/settings.ts';

/**
 * Answers GET /metrics at METRICS_PORT, where one is set: waves, jobs and sweeps are measured in the worker.
 * @returns a function that stops it
 */
export function serveMetrics(port = settings.metricsPort): () => Promise<void> {
  if (port === 0) return async () => undefined;
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || !mayReadMetrics(request.headers.authorization)) {
      response.writeHead(404).end();
      return;
    }
    tellMetrics().then(
      ({ type, text }) => response.writeHead(200, { 'Content-Type': type }).end(text),
      (err: unknown) => {
        log.warn({ err }, 'the metrics could not be told');
        response.writeHead(503).end();
      },
    );
  });
  server.on('error', (err) => log.error({ err, port }, 'the metrics cannot be served'));
  server.listen(port, settings.host);
  return () => new Promise((resolve) => server.close(() => resolve()));
}
