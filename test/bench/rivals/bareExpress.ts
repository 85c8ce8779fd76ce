import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import { Redis } from 'ioredis';

/** Express with nothing on it, and one Redis round trip a request; who asks is taken from the URL. */
const redis = new Redis(process.env.REDIS_URL ?? '');
const prefix = `${process.env.REDIS_PREFIX}:{world}:`;
const source = readFileSync('db/lua/poll.lua', 'utf8');
const sha = createHash('sha1').update(source).digest('hex');
await redis.script('LOAD', source);

const app = express();
app.get('/api/continuous-matching/next-match', async (request, response) => {
  const userId = request.query.user as string;
  const view = `${prefix}view:${userId}`;
  const keys = [`${prefix}presence`, `${prefix}waiting`, `${prefix}facts`, view];
  const [size, , [place, , , body]] = (await redis.evalsha(
    sha,
    keys.length,
    ...keys,
    Date.now(),
    '1 - - -',
  )) as [number, string, [number, number, string, string]];
  response.json({ ...(JSON.parse(body) as object), queue: { position: place + 1, size } });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
