import { newId } from '#core/ids.ts';
import { sql } from '#db/postgres.ts';
import type { Role } from '#core/rules.ts';
import { person, type Player, type Visit } from '../cast.ts';

let hired = 0;

/** Somebody with a role, who has signed in since they have it. */
export async function staff(role: Exclude<Role, 'member'> = 'moderator'): Promise<Player> {
  const one = await person({ display_name: role });
  hired += 1;
  await sql(`UPDATE users SET kind = 'member', role = $2, email = $3, password_hash = 'x' WHERE id = $1`, [
    ...[one.id, role, `${role}-${hired}-${newId()}@example.org`],
  ]);
  one.me.role = role;
  return one;
}

/** The code and status of an answer. */
export const codeOf = ({ status, body }: Visit): string =>
  `${status} ${(body as { code?: string } | null)?.code ?? ''}`.trim();

/** What a successful answer holds. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the server holds answers against their schemas
export function told<Body>({ status, body }: Visit): Body {
  if (status >= 400) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Body;
}
