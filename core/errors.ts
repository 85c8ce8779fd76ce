/**
 * The failures that the product knows, each with its stable code (RFC 9457 `code`), HTTP status and title.
 * The API turns them into problem documents by this table alone.
 */
export const problems = {
  invalid: [400, 'The request is not valid'],
  malformed_json: [400, 'The body is not valid JSON'],
  unauthenticated: [401, 'Sign in first'],
  token_expired: [401, 'The access token has expired'],
  wrong_credentials: [401, 'E-mail or password is wrong'],
  refresh_reused: [401, 'This refresh token was used before; sign in again'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'This method does not exist here'],
  under_age: [403, 'Minuet is for adults only'],
  restricted: [403, 'You cannot use Minuet at the moment'],
  account_needed: [403, 'More is asked of newcomers from this network'],
  email_taken: [409, 'This e-mail is already registered'],
  already_registered: [409, 'This account is already registered'],
  idempotency_mismatch: [409, 'This Idempotency-Key was used with another request'],
  wrong_state: [409, 'Not possible in this state'],
  round_not_started: [409, 'The round has not started'],
  round_over: [409, 'The round is over'],
  not_joined: [409, 'Join the round first'],
  replaced: [409, 'This call continues in another tab'],
  decision_closed: [409, 'There is nothing to decide, or not any more'],
  already_decided: [409, 'You have decided already'],
  flag_too_late: [409, 'The round ended too long ago'],
  flag_reviewed: [409, 'The flag has been reviewed'],
  device_busy: [409, 'Somebody else searches on this device; stop there first'],
  appealed_already: [409, 'You have appealed already'],
  nothing_to_appeal: [409, 'There is nothing to appeal against'],
  another_moderator: [409, 'Another moderator has to do this'],
  claimed: [409, 'Another moderator works on this'],
  not_claimed: [409, 'Claim it first'],
  settled_already: [409, 'This has been settled already'],
  round_cancelled: [410, 'The round was cancelled'],
  too_large: [413, 'The body is too large'],
  url_too_long: [414, 'The address is too long'],
  unsupported_media_type: [415, 'Send application/json'],
  mailbox_full: [429, 'The mailbox is full'],
  rate_limited: [429, 'Too many requests'],
  internal: [500, 'Something went wrong'],
  unavailable: [503, 'Try again in a moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problems;

/** A failure the caller can act on. `detail` is for people and carries nothing secret. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extra: Record<string, unknown>;

  constructor(code: ProblemCode, detail?: string, extra: Record<string, unknown> = {}) {
    super(detail ?? problems[code][1]);
    this.name = 'Problem';
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return problems[this.code][0];
  }
}

/** Throws `not_found` when there is nothing. Unknown and foreign ids look the same. */
export function found<T>(thing: T | null | undefined, what: string): T {
  if (thing === null || thing === undefined) throw new Problem('not_found', `No such ${what}`);
  return thing;
}
