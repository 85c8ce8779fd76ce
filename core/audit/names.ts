import { sql } from '#db/postgres.ts';

/** Display names by id. Who is gone has none. */
export type Names = Record<string, string>;

/**
 * Reads the names of people, so that moderators need not read ids.
 * @param ids with repeats, and with null where no person is meant
 */
export async function namesOf(ids: Iterable<string | null>): Promise<Names> {
  const people = [...new Set(ids)].filter((id) => id !== null);
  const rows = await sql<{ id: string; display_name: string }>(
    'SELECT id, display_name FROM users WHERE id = ANY($1::uuid[])',
    [people],
  );
  return Object.fromEntries(rows.map(({ id, display_name }) => [id, display_name]));
}
