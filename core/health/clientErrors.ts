import { Counter } from 'prom-client';
import { clock } from '#core/clock.ts';
import { log } from '#core/log.ts';
import { metrics } from '#core/metrics.ts';
import { rules } from '#core/rules.ts';
import type { ClientError } from '#core/wire/clientErrors.ts';

const errors = new Counter({
  name: 'minuet_client_errors_total',
  help: 'Errors that pages have reported, by what was going on',
  labelNames: ['kind'],
  registers: [metrics],
});

let minute = 0;
let written = 0;

/**
 * Counts an error that a page reports, and writes it to the log: at most `rules.clientErrorLinesPerMinute` lines a
 * minute from this process, since any client may send them.
 */
export function noteClientError(report: ClientError): void {
  errors.inc({ kind: report.kind });
  const now = Math.floor(clock.ms() / 60_000);
  if (now !== minute) [minute, written] = [now, 0];
  if ((written += 1) > rules.clientErrorLinesPerMinute) return;
  log.warn({ client_error: report }, 'a page broke');
}
