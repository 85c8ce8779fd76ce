import type pg from 'pg';
import type { Exchange } from './balancer.ts';

/** What the tables must still say of one change that was answered with success. */
interface Kept {
  what: string;
  method: string;
  path: RegExp;
  /** Finds the row; $1 is the person, $2 what was sent, $3 what was answered, $4 the id in the path. */
  query: string;
}

const kept: Kept[] = [
  {
    what: 'a guest',
    method: 'POST',
    path: /^\/api\/auth\/guest$/,
    query: `SELECT 1 FROM users WHERE id = ($3::jsonb -> 'user' ->> 'id')::uuid`,
  },
  {
    what: 'a profile',
    method: 'PATCH',
    path: /^\/api\/me$/,
    query: `SELECT 1 FROM users WHERE id = $1 AND bio = $2::jsonb ->> 'bio'
               AND contact_handle = $2::jsonb ->> 'contact_handle'`,
  },
  {
    what: 'a session',
    method: 'POST',
    path: /^\/api\/continuous-matching\/start$/,
    query: `SELECT 1 FROM sessions WHERE id = ($3::jsonb ->> 'session_id')::uuid AND user_id = $1
               AND mode = $2::jsonb ->> 'mode' AND to_jsonb(genders) = $2::jsonb -> 'genders'
               AND min_age = ($2::jsonb ->> 'min_age')::integer AND max_age = ($2::jsonb ->> 'max_age')::integer`,
  },
  {
    what: 'a vote',
    method: 'POST',
    path: /^\/api\/continuous-matching\/continue-decision$/,
    // Whoever flags or blocks afterwards has said no.
    query: `SELECT 1 FROM decisions d JOIN rounds r ON r.id = d.round_id
             WHERE d.user_id = $1 AND d.round_id = ($2::jsonb ->> 'match_id')::uuid
               AND (d.decision = $2::jsonb ->> 'decision' OR EXISTS (
                     SELECT 1 FROM blocks b WHERE b.blocker_id = $1 AND b.blocked_id IN (r.user1_id, r.user2_id)))
               AND ($3::jsonb ->> 'outcome' <> 'mutual' OR r.mutual_at IS NOT NULL)`,
  },
  {
    what: 'a flag',
    method: 'POST',
    path: /^\/api\/flags$/,
    query: `SELECT 1 FROM flags WHERE id = ($3::jsonb -> 'flag' ->> 'id')::uuid AND reporter_id = $1
               AND round_id = ($2::jsonb ->> 'match_id')::uuid`,
  },
  {
    what: 'what was added to a flag',
    method: 'PATCH',
    path: /^\/api\/flags\/([0-9a-f-]{36})$/,
    query: `SELECT 1 FROM flags WHERE id = $4 AND reason = $2::jsonb ->> 'reason'
               AND category = $2::jsonb ->> 'category'`,
  },
  {
    what: 'a block',
    method: 'POST',
    path: /^\/api\/blocks$/,
    query: `SELECT 1 FROM blocks b JOIN rounds r ON r.id = ($2::jsonb ->> 'match_id')::uuid
             WHERE b.blocker_id = $1 AND b.blocked_id IN (r.user1_id, r.user2_id)`,
  },
  {
    what: 'a line of chat',
    method: 'POST',
    path: /^\/api\/video\/messages\/([0-9a-f-]{36})$/,
    query: `SELECT 1 FROM chat_lines WHERE id = ($3::jsonb ->> 'id')::uuid AND user_id = $1 AND round_id = $4
               AND text = $2::jsonb ->> 'text'`,
  },
  {
    what: 'an exit',
    method: 'POST',
    path: /^\/api\/video\/(?:skip|end)-call\/([0-9a-f-]{36})$/,
    query: `SELECT 1 FROM rounds WHERE id = $4 AND ended_at IS NOT NULL AND end_reason IS NOT NULL AND $1 = $1`,
  },
];

/**
 * Looks for changes that were answered with success and are not in the tables.
 * @returns how many were looked for, and a sentence for each that is lost
 */
export async function lostOf(
  database: pg.Client,
  exchanges: readonly Exchange[],
): Promise<{ looked: Map<string, number>; lost: string[] }> {
  const looked = new Map<string, number>();
  const lost: string[] = [];
  for (const { method, path, token, sent, answer } of exchanges) {
    const rule = kept.find((one) => one.method === method && one.path.test(path));
    if (!rule) continue;
    looked.set(rule.what, (looked.get(rule.what) ?? 0) + 1);
    const bind = [
      personOf(token),
      JSON.stringify(sent ?? {}),
      JSON.stringify(answer ?? {}),
      rule.path.exec(path)?.[1] ?? null,
    ];
    // Every statement takes all four, whatever it looks at.
    const { rowCount } = await database.query(
      `SELECT FROM (VALUES ($1::uuid, $2::text, $3::text, $4::uuid)) AS unused WHERE EXISTS (${rule.query})`,
      bind,
    );
    if (rowCount === 0)
      lost.push(`Lost although acknowledged: ${rule.what}: ${JSON.stringify({ path, sent, answer })}`);
  }
  return { looked, lost };
}

/** Whom a token speaks for; it has been checked by whoever answered. */
function personOf(token: string): string | null {
  const claims = token.split('.')[1];
  return claims === undefined
    ? null
    : (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }).sub;
}
