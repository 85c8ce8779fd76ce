import { createRequire } from 'node:module';
import path from 'node:path';
import type { Express } from 'express';
import { openapi } from './openapi.ts';
import type { Operation } from './operation.ts';

const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Minuet: the HTTP API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <main id="contract"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#contract',
  deepLinking: true,
  docExpansion: 'list',
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/**
 * The contract at /api/openapi.json, and a page to read it at /docs: Swagger UI from our own disk. Nothing is
 * fetched from elsewhere and no script is inline.
 */
export function serveDocs(app: Express, operations: Operation[]): void {
  let contract: object | undefined;
  app.get(
    '/api/openapi.json',
    (_request, response) => void response.json((contract ??= openapi(operations))),
  );
  app.get('/docs', (_request, response) => void response.type('html').send(page));
  app.get('/docs/start.js', (_request, response) => void response.type('js').send(start));
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])
    app.get(`/docs/${file}`, (_request, response) =>
      response.sendFile(path.join(folder, file), { maxAge: '1d' }),
    );
}
