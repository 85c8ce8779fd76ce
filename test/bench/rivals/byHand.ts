import { createHash, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http, { type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';

/**
 * The limit: our next-match as one would write it by hand on node:http for this one purpose. Tokens cached once
 * verified, one EVALSHA for all polls of a turn of the event loop, no layer that is not needed for the answer.
 */
const redis = new Redis(process.env.REDIS_URL ?? '');
const prefix = `${process.env.REDIS_PREFIX}:{world}:`;
const source = readFileSync('db/lua/poll.lua', 'utf8');
const sha = createHash('sha1').update(source).digest('hex');
await redis.script('LOAD', source);

const key = createSecretKey(Buffer.from(process.env.JWT_SECRET ?? ''));
const verified = new Map<string, { sub: string; exp: number }>();
const bodies = new Map<string, { version: number; body: string }>();

interface Asked {
  userId: string;
  seen: string;
  response: ServerResponse;
}
type Reply = number | [number, number, string | null, string | null, number, unknown];
let turn: Asked[] = [];

http
  .createServer((request, response) => {
    const token = request.headers.authorization?.slice(7) ?? '';
    let who = verified.get(token);
    if (!who) {
      const claims = jwt.verify(token, key, { algorithms: ['HS256'], audience: 'minuet', issuer: 'minuet' });
      who = claims as { sub: string; exp: number };
      verified.set(token, who);
    }
    if (who.exp * 1000 < Date.now()) return void response.writeHead(401).end();
    const seen = /[?&]seen=(\d+)/.exec(request.url ?? '')?.[1] ?? '';
    if (turn.length === 0) setImmediate(flush);
    turn.push({ userId: who.sub, seen, response });
  })
  .listen(Number(process.env.PORT), '127.0.0.1');

function flush(): void {
  const all = turn;
  turn = [];
  for (let from = 0; from < all.length; from += 128) void answer(all.slice(from, from + 128));
}

async function answer(asked: Asked[]): Promise<void> {
  const keys = [`${prefix}presence`, `${prefix}waiting`, `${prefix}facts`];
  const args: (string | number)[] = [Date.now()];
  for (const { userId, seen } of asked) {
    const view = `${prefix}view:${userId}`;
    keys.push(view);
    args.push(`1 ${bodies.get(userId)?.version ?? '-'} ${seen || '-'} -`);
  }
  const replies = await redis.evalsha(sha, keys.length, ...keys, ...args);
  const [size, estimate, ...some] = replies as [number, string, ...Reply[]];
  for (const [index, { userId, response }] of asked.entries()) {
    const reply = some[index]!;
    const place = typeof reply === 'number' ? reply : reply[0];
    if (typeof reply !== 'number' && reply[3] !== null)
      bodies.set(userId, { version: reply[1], body: reply[3] });
    const text = bodies.get(userId)!.body;
    const answerText = `${text.slice(0, -1)},"queue":{"position":${place + 1},"size":${size},"estimated_wait_seconds":${estimate || 'null'}},"poll_after_ms":2000,"server_time":"${new Date().toISOString()}"}`;
    response.writeHead(200, [
      'Content-Type',
      'application/json',
      'Content-Length',
      Buffer.byteLength(answerText),
    ]);
    response.end(answerText);
  }
}
