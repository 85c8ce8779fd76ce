import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { type Express } from 'express';

const built = path.join(import.meta.dirname, '..', 'client', 'dist');

/**
 * Serves the built client: hashed assets for ever, and index.html for every page that the client's own router
 * knows. Without a build, `/` leads to the API's documentation.
 */
export function serveClient(app: Express, folder: string = built): void {
  const index = path.join(folder, 'index.html');
  if (!existsSync(index)) {
    app.get('/', (_request, response) => response.redirect(302, '/docs'));
    return;
  }
  app.use(
    '/assets',
    express.static(path.join(folder, 'assets'), {
      immutable: true,
      maxAge: '1y',
      index: false,
      redirect: false,
    }),
  );
  app.use(express.static(folder, { maxAge: 0, index: false, redirect: false }));
  app.get('/{*page}', (request, response, next) => {
    const isPage = request.get('accept')?.includes('text/html') === true; // not the */* of a script
    if (isPage && !/^\/(api|docs|metrics|assets)(\/|$)/.test(request.path)) {
      response.setHeader('Cache-Control', 'no-cache');
      response.sendFile(index);
    } else next();
  });
}
