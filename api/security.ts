import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { settings } from '#core/settings.ts';

/**
 * Security headers for API and client alike. The site must also work over plain HTTP under a name that is not
 * localhost (a school's test server), so nothing here upgrades to HTTPS; HSTS is sent in production only.
 * Styles may be inline because Mantine and Swagger UI set them so; scripts never are.
 */
export const securityHeaders: RequestHandler = helmet({
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
  strictTransportSecurity: settings.production ? { maxAge: 180 * 24 * 3600 } : false,
  crossOriginOpenerPolicy: settings.production, // browsers ignore it, with a complaint, where there is no TLS
  originAgentCluster: settings.production,
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
});

/** The camera and the microphone are for this page alone; what a date does not need is off. */
export const permissionsPolicy: RequestHandler = (_request, response, next) => {
  response.setHeader(
    'Permissions-Policy',
    'camera=(self), microphone=(self), geolocation=(self), display-capture=(), payment=(), usb=()',
  );
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
