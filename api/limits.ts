import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { Problem } from '#core/errors.ts';
import { log } from '#core/log.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import { createBucket, type Bucket } from './bucket.ts';
import { through } from './through.ts';

/**
 * Every limit by its name. `window`: so many in so many seconds, counted in Redis for all processes together,
 * and passed when Redis is away. `bucket`: in this process's memory, for what is called many times a second.
 * Addresses are counted generously: a school or a carrier may put a thousand people behind one.
 */
export const limits = {
  guest: { kind: 'window', by: 'address', most: 600, seconds: 3600 },
  register: { kind: 'window', by: 'address', most: 300, seconds: 3600 },
  login: { kind: 'window', by: 'email', most: 10, seconds: 60 },
  login_address: { kind: 'window', by: 'address', most: 200, seconds: 60 },
  refresh: { kind: 'window', by: 'address', most: 600, seconds: 60 },
  public: { kind: 'window', by: 'address', most: 600, seconds: 60 },
  client_error: { kind: 'window', by: 'address', most: 60, seconds: 60 },
  read: { kind: 'window', by: 'person', most: 300, seconds: 60 },
  write: { kind: 'window', by: 'person', most: 120, seconds: 60 },
  poll: { kind: 'bucket', by: 'person', perSecond: 30, burst: 60 },
  signal: { kind: 'bucket', by: 'person', perSecond: 20, burst: 100, bytes: 16 * 1024 },
  chat: { kind: 'bucket', by: 'person', perSecond: 2, burst: 20 },
  flag_repeat: { kind: 'bucket', by: 'match', perSecond: 0.1, burst: 5 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/**
 * `person` is the user id, or the address where there is none; `email` is the address and the body's e-mail, `match`
 * the person and the body's match.
 */
interface Counted {
  by: 'person' | 'address' | 'email' | 'match';
}
type Limit = Counted &
  (
    | { kind: 'window'; most: number; seconds: number }
    | { kind: 'bucket'; perSecond: number; burst: number; bytes?: number }
  );

/** One limit, at the door. */
export interface Check {
  /** Counts one request against it; throws or rejects with Problem `rate_limited`. */
  pass: (request: Request, response: Response) => Promise<void> | void;
  /** Where a bucket counts a person's requests. */
  bucket?: Bucket;
}

/** Gives the check of each limit, multiplied by `factor` (RATE_LIMIT_FACTOR). One limit is counted once for all. */
export function createLimits(factor: number): (name: LimitName) => Check {
  const made = new Map<LimitName, Check>();
  return (name) => {
    const known = made.get(name) ?? check(name, factor);
    made.set(name, known);
    return known;
  };
}

/** Limits by e-mail can only be counted once the body has been read. */
export const needsBody = (name: LimitName): boolean => limits[name].by === 'email';

function check(name: LimitName, factor: number): Check {
  const limit: Limit = limits[name];
  const keyOf = key[limit.by];
  if (limit.kind === 'window') return windowCheck(name, limit.most * factor, limit.seconds, keyOf);

  const bucket = createBucket(limit.perSecond * factor, limit.burst * factor);
  const pass = (request: Request, response: Response): void => {
    const waitSeconds = bucket.take(keyOf(request, response), costOf(request, response, limit.bytes));
    if (waitSeconds === 0) return;
    const policy = `q=${Math.ceil(limit.burst * factor)}; w=${Math.ceil(limit.burst / limit.perSecond)}`;
    response.setHeader('RateLimit', `"${name}"; r=0; t=${waitSeconds}`);
    response.setHeader('RateLimit-Policy', `"${name}"; ${policy}`);
    response.setHeader('Retry-After', waitSeconds);
    throw new Problem('rate_limited');
  };
  return { pass, bucket };
}

/** One, and one more for each so many bytes of the body: reading and checking a body costs as much as it is long. */
function costOf(request: Request, response: Response, bytes = Infinity): number {
  const {
    'transfer-encoding': chunked,
    'content-encoding': packed,
    'content-length': length,
  } = request.headers;
  const most = chunked || packed ? response.locals.operation?.bodyBytes : undefined;
  return 1 + Math.floor((most ?? Number(length ?? 0)) / bytes);
}

function windowCheck(
  name: LimitName,
  most: number,
  seconds: number,
  keyOf: (request: Request, response: Response) => string,
): Check {
  const middleware: RequestHandler = rateLimit({
    windowMs: seconds * 1000,
    limit: Math.max(1, Math.floor(most)),
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    passOnStoreError: true,
    keyGenerator: keyOf,
    store: new RedisStore({ prefix: keys.rateLimit(name), sendCommandCluster: send }),
    handler: (_request, _response, next) => next(new Problem('rate_limited')),
    logger: { warn: complain, error: complain },
    validate: { xForwardedForHeader: false, forwardedHeader: false, creationStack: false },
  });
  return { pass: (request, response) => through(middleware, request, response) };
}

/**
 * Without a key the store loads its scripts, once, when it is made: were Redis away at that moment, the failure
 * would be kept and the limit would pass for ever. The answer is known beforehand, so it is given here; the
 * first use then finds the script missing (NOSCRIPT) and loads it with a key.
 */
async function send({ key: redisKey, command }: { key?: string; command: string[] }): Promise<RedisReply> {
  const [name = '', ...args] = command;
  if (name === 'SCRIPT' && redisKey === undefined)
    return createHash('sha1')
      .update(args[1] ?? '')
      .digest('hex');
  return (await redis.call(name, ...args)) as RedisReply;
}

const complain = (error: unknown) => log.debug({ err: error }, 'a limit could not be counted and let pass');

/** Where a request comes from. An IPv6 customer has a network of their own, so that is what is counted. */
export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '', 56);

const key = {
  address: addressOf,
  person: (request: Request, response: Response) => response.locals.me?.userId ?? addressOf(request),
  match: (request: Request, response: Response) =>
    `${key.person(request, response)}:${String(fieldOf(request, 'match_id'))}`,
  email: (request: Request) => {
    const email = fieldOf(request, 'email');
    const hash = createHash('sha256').update(typeof email === 'string' ? email.trim().toLowerCase() : '');
    return `${addressOf(request)}:${hash.digest('base64url')}`;
  },
};

function fieldOf(request: Request, name: string): unknown {
  const body: unknown = request.body;
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
