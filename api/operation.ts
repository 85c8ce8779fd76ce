import type { z } from 'zod';
import type { Me } from '#core/accounts/token.ts';
import { Problem, type ProblemCode } from '#core/errors.ts';
import { nothing } from '#core/wire/common.ts';
import type { LimitName } from './limits.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call: anyone; anyone, known if they send a token; a signed-in person; or one with that role. */
export type Auth = 'none' | 'optional' | 'user' | 'moderator' | 'admin';

type Responses = Record<number, z.ZodType>;
type MeFor<A extends Auth> = A extends 'none' ? undefined : A extends 'optional' ? Me | undefined : Me;
type Success<R extends Responses> = R[keyof R & (200 | 201 | 202 | 204)];

/** What `handle` is given: everything of the request, parsed. */
interface Call<A extends Auth, Params, Query, Body> {
  me: MeFor<A>;
  params: Params;
  query: Query;
  body: Body;
  /** The Idempotency-Key header, where the operation takes one. */
  idempotencyKey: string | undefined;
  /** The address that the request comes from; of an IPv6 address only the network (/56). Dear, so asked for. */
  from: () => string;
  /** Counts this request against the operation's `repeats` limit; throws Problem `rate_limited`. */
  onRepeat: () => void;
  /** Calls `listener` once the connection is gone or the answer is sent: a held request cleans up there. */
  onClose: (listener: () => void) => void;
}

interface Definition<
  A extends Auth,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  R extends Responses,
> {
  method: Method;
  /** In OpenAPI's style: `/api/video/session/{id}`. */
  path: string;
  summary: string;
  description?: string;
  tags: string[];
  auth: A;
  /** Named limits of api/limits.ts, all of which must pass. */
  limits: LimitName[];
  /** A limit that `handle` asks for once it knows that the request repeats an earlier one: a bucket. */
  repeats?: LimitName;
  /** A poll: no compression, logged only when it fails, and it notes by itself that the caller is here. */
  poll?: boolean;
  /** A leave beacon: to send it is no sign of presence. */
  farewell?: boolean;
  /** A restricted person may call it all the same: to read why and what is theirs, to appeal, to take their data or leave. */
  openToRestricted?: boolean;
  /** Takes an Idempotency-Key header. */
  idempotent?: boolean;
  params?: Params;
  query?: Query;
  /** Without one, a body must be absent or `{}`. */
  body?: Body;
  /** 64 KB unless told. */
  bodyBytes?: number;
  /** The schemas of the successful answers by status. */
  responses: R;
  /** The problems of this operation, beside those that all have. */
  problems?: ProblemCode[];
  /** Returns the body of the only successful status, or a `reply`. */
  handle: (
    call: Call<A, z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Success<R>> | Reply> | z.input<Success<R>> | Reply;
}

/** An answer with its status, where a plain body does not say enough. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string>) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** An answer with another status than the usual, or with headers. */
export const reply = (status: number, body?: unknown, headers: Record<string, string> = {}): Reply =>
  new Reply(status, body, headers);

/** What a request says: as it came over the wire, or as the schemas have read it. */
export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** What `run` is given: what was parsed, and who asks. */
export type AnyCall = Input &
  Pick<Call<Auth, never, never, never>, 'me' | 'idempotencyKey' | 'from' | 'onRepeat' | 'onClose'>;

/** A declared operation, its types folded away: what routes and the contract are made from. */
export interface Operation {
  method: Method;
  path: string;
  summary: string;
  description: string | undefined;
  tags: string[];
  auth: Auth;
  limits: LimitName[];
  repeats: LimitName | undefined;
  poll: boolean;
  farewell: boolean;
  openToRestricted: boolean;
  idempotent: boolean;
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  bodyBytes: number;
  responses: Responses;
  problems: ProblemCode[];
  /** Reads what came over the wire; throws Problem `invalid` with one entry in `errors` for each field that does not fit. */
  parse: (raw: Input) => Input;
  /** Does it, with what `parse` has read. */
  run: (call: AnyCall) => Promise<Reply>;
}

const usualBodyBytes = 64 * 1024;

/** Declares one operation of the API: the Express route and its page in the OpenAPI document come from here. */
export function operation<
  A extends Auth,
  R extends Responses,
  Params extends z.ZodType = typeof nothing,
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof nothing,
>(definition: Definition<A, Params, Query, Body, R>): Operation {
  const success = Number(Object.keys(definition.responses)[0]);
  // The casts say what the type parameters' defaults say: no schema means the empty one.
  const params = (definition.params ?? nothing) as Params;
  const query = (definition.query ?? nothing) as Query;
  const body = (definition.body ?? nothing) as Body;

  return {
    ...definition,
    description: definition.description,
    repeats: definition.repeats,
    poll: definition.poll ?? false,
    farewell: definition.farewell ?? false,
    openToRestricted: definition.openToRestricted ?? false,
    idempotent: definition.idempotent ?? false,
    params: definition.params,
    query: definition.query,
    body: definition.body,
    bodyBytes: definition.bodyBytes ?? usualBodyBytes,
    problems: definition.problems ?? [],
    parse: (raw) => ({
      params: parse(params, raw.params),
      query: parse(query, raw.query),
      body: parse(body, raw.body),
    }),
    run: async (call) => {
      // The schemas above have read it, and api/call.ts has asked for the token that `auth` calls for.
      const answer = await definition.handle(call as Parameters<typeof definition.handle>[0]);
      return answer instanceof Reply ? answer : new Reply(success, answer, noHeaders);
    },
  };
}

const noHeaders = {};
const mostErrors = 20;

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(explain).slice(0, mostErrors);
  throw new Problem('invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
}

function explain(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return closest(issue.errors)
      .flatMap(explain)
      .map((error) => ({ ...error, path: [...path, error.path].join('.') }));
  if (issue.code !== 'unrecognized_keys')
    return [{ path: path.join('.') || '(body)', message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key.slice(0, 60)].join('.'), message: 'Unknown field' }));
}

/** Of several shapes that a value may have, what keeps it from the one that it has most likely been meant to have. */
function closest(shapes: z.core.$ZodIssue[][]): z.core.$ZodIssue[] {
  const misfit = (issues: z.core.$ZodIssue[]) =>
    issues
      .filter(({ path }) => path.length <= 1)
      .reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
  return shapes.reduce((best, shape) => (misfit(shape) < misfit(best) ? shape : best));
}

declare module 'express-serve-static-core' {
  /** What one request leaves behind for its limits, its log line and its measurement. */
  interface Locals {
    requestId: string;
    me?: Me;
    operation?: Operation;
    code?: ProblemCode;
  }
}
