import { createHash, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express, { type Request } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import pinoHttp from 'pino-http';
import { Histogram, Registry } from 'prom-client';
import { z } from 'zod';

/** The stack that most would build: each layer from its package, as its README says, on `app.listen`. */
const redis = new Redis(process.env.REDIS_URL ?? '');
const prefix = `${process.env.REDIS_PREFIX}:{world}:`;
const source = readFileSync('db/lua/poll.lua', 'utf8');
const sha = createHash('sha1').update(source).digest('hex');
await redis.script('LOAD', source);
const key = createSecretKey(Buffer.from(process.env.JWT_SECRET ?? ''));
const query = z.object({
  session_id: z.uuid(),
  wait: z.coerce.number().default(0),
  seen: z.coerce.number().optional(),
});
const seconds = new Histogram({
  name: 'http_seconds',
  help: 'requests',
  labelNames: ['route', 'status'],
  registers: [new Registry()],
});

const app = express();
app.use(pinoHttp.default());
app.use(helmet());
app.use((request, response, next) => {
  const end = seconds.startTimer();
  response.on('finish', () => end({ route: request.path, status: response.statusCode }));
  next();
});
app.use((request: Request & { userId?: string }, response, next) => {
  try {
    const token = request.headers.authorization?.slice(7) ?? '';
    const claims = jwt.verify(token, key, { algorithms: ['HS256'], audience: 'minuet', issuer: 'minuet' });
    request.userId = (claims as { sub: string }).sub;
    next();
  } catch {
    response.sendStatus(401);
  }
});
app.use(
  rateLimit({
    windowMs: 60_000,
    limit: 1_000_000,
    keyGenerator: (request: Request & { userId?: string }) => request.userId ?? '',
    validate: false,
  }),
);
app.get('/api/continuous-matching/next-match', async (request: Request & { userId?: string }, response) => {
  const { seen } = query.parse(request.query);
  const view = `${prefix}view:${request.userId}`;
  const keys = [`${prefix}presence`, `${prefix}waiting`, `${prefix}facts`, view];
  const args = [Date.now(), `1 - ${seen ?? '-'} -`];
  const [size, , [place, , , body]] = (await redis.evalsha(sha, keys.length, ...keys, ...args)) as [
    number,
    string,
    [number, number, string, string],
  ];
  response.json({ ...(JSON.parse(body) as object), queue: { position: place + 1, size } });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
