import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { settings } from '#core/settings.ts';
import { through } from './through.ts';

const transport = settings.production ? { maxAge: 180 * 24 * 3600 } : false;

/**
 * Security headers of an answer of the API: what OWASP's REST Security Cheat Sheet asks for. Nothing in it is a
 * page, so nothing may be loaded, run or framed from it; a polling client gets it twice a second, so no more than that.
 */
const ofAnswers: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity: transport,
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  referrerPolicy: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/**
 * Security headers of pages. The site must also work over plain HTTP under a name that is not
 * localhost (a school's test server), so nothing here upgrades to HTTPS; HSTS is sent in production only.
 * Styles may be inline because Mantine and Swagger UI set them so; scripts never are.
 */
const ofPages: RequestHandler[] = [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:', 'mediastream:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: transport,
    crossOriginOpenerPolicy: settings.production, // browsers ignore it, with a complaint, where there is no TLS
    originAgentCluster: settings.production,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  }),
  // The camera and the microphone are for this page alone; what a date does not need is off.
  (_request, response, next) => {
    response.setHeader(
      'Permissions-Policy',
      'camera=(self), microphone=(self), geolocation=(self), display-capture=(), payment=(), usb=()',
    );
    next();
  },
];

/** The headers of the API's answers: safe, and kept by no cache. */
export const answerHeaders: RequestHandler[] = [
  ofAnswers,
  (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  },
];

/** The headers of what is asked for: an answer of the API, or a page. */
export const securityHeaders: RequestHandler = async (request, response, next) => {
  const isAnswer = request.path.startsWith('/api/');
  for (const layer of isAnswer ? answerHeaders : ofPages) await through(layer, request, response);
  next();
};

/** Other origins, if any are configured; bearer tokens only, so no credentials. */
export const crossOrigin: RequestHandler[] =
  settings.corsOrigins.length === 0
    ? []
    : [
        cors({
          origin: settings.corsOrigins,
          methods: ['GET', 'POST', 'PATCH', 'DELETE'],
          allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'],
          exposedHeaders: ['Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'],
          maxAge: 600,
        }),
      ];
