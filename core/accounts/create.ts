import { Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { poolFor } from '#core/pools.ts';
import { ageOn } from '#core/present.ts';
import { rules, type Gender } from '#core/rules.ts';
import type { Tx } from '#core/transaction.ts';
import { cellOf } from './cell.ts';
import { refuseSlurs } from './displayName.ts';

/** What every account starts with. */
export interface NewPerson {
  display_name: string;
  /** YYYY-MM-DD. */
  birth_date: string;
  gender: Gender;
  interests: string[];
  location?: { latitude: number; longitude: number } | undefined;
}

/** What a member signs in with. */
export interface Credentials {
  email: string;
  password_hash: string;
}

/**
 * Writes a new account and its journey, which begins at IDLE, and returns its id.
 * @param credentials of a member; a guest has none
 * @throws Problem `under_age`, or `invalid` for a slur as a name or an impossible birth date
 */
export async function createUser(
  tx: Tx,
  deviceId: string,
  person: NewPerson,
  credentials: Credentials | null,
): Promise<string> {
  requireAdult(person.birth_date, tx.now);
  refuseSlurs(person.display_name);
  const id = newId();
  const cell = cellOf(person.location);
  await tx.sql(
    `WITH created AS (
       INSERT INTO users (id, kind, device_id, email, password_hash, display_name, birth_date, gender, interests,
                          cell, created_at, active_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
       RETURNING id
     )
     INSERT INTO journeys (user_id, device_id, pool, changed_at, last_seen_at)
     SELECT id, $3, $12, $11, $11 FROM created`,
    [
      id,
      credentials ? 'member' : 'guest',
      deviceId,
      credentials?.email ?? null,
      credentials?.password_hash ?? null,
      person.display_name,
      person.birth_date,
      person.gender,
      person.interests,
      cell,
      tx.now,
      poolFor(cell),
    ],
  );
  return id;
}

function requireAdult(birthDate: string, now: Date): void {
  const age = ageOn(birthDate, now);
  if (age < 0 || age > rules.oldestYears)
    throw new Problem('invalid', 'birth_date: Not a possible birth date', {
      errors: [{ path: 'birth_date', message: 'Not a possible birth date' }],
    });
  if (age < rules.adultYears) throw new Problem('under_age');
}
