import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { Problem } from '#core/errors.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { serveClient } from './client.ts';
import { serveDocs } from './docs.ts';
import { answerMetrics } from './httpMetrics.ts';
import { createLimits } from './limits.ts';
import { mount } from './mount.ts';
import type { Operation } from './operation.ts';
import { operations as everyOperation } from './operations.ts';
import { createPolls, type Polls } from './polls.ts';
import { answerProblem } from './problem.ts';
import { requestLog } from './requestLog.ts';
import { answerHeaders, crossOrigin, securityHeaders } from './security.ts';

interface Options {
  /** Multiplies every limit; RATE_LIMIT_FACTOR unless given. */
  rateLimitFactor?: number;
  /** Where the built client lies; client/dist unless given. */
  clientFolder?: string;
  /** What the API can do; all of it unless given. */
  operations?: Operation[];
}

/** The HTTP door: polls that are in good order have a lane of their own, everything else is Express's. */
export interface Door {
  app: Express;
  polls: Polls;
}

/** Makes the door: every operation, its contract, and the built client where there is one. */
export function createApp({
  rateLimitFactor = settings.rateLimitFactor,
  clientFolder,
  operations = everyOperation,
}: Options = {}): Door {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', settings.trustProxyHops);

  const limit = createLimits(rateLimitFactor);
  app.use(requestLog, securityHeaders, refuseLongAddress, ...crossOrigin, compression({ filter: notPolls }));
  app.get('/metrics', answerMetrics);
  serveDocs(app, operations);
  mount(app, operations, limit);
  serveClient(app, clientFolder);

  app.use(() => {
    throw new Problem('not_found', 'There is nothing at this address');
  });
  app.use(answerProblem);
  return { app, polls: createPolls(operations, limit, [requestLog, ...answerHeaders]) };
}

const refuseLongAddress: RequestHandler = (request, _response, next) =>
  next(request.originalUrl.length > rules.longestUrl ? new Problem('url_too_long') : undefined);

// A poll's answer is a few hundred bytes: deflating it would cost more than sending it.
const notPolls: compression.CompressionFilter = (request, response) =>
  !response.locals.operation?.poll && compression.filter(request, response);
