import { journeyIn } from '#core/commands/draft.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { advance } from '#core/journey/advance.ts';
import { Problem } from '#core/errors.ts';
import { ageOn } from '#core/present.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import type { Profile, UpdateProfile } from '#core/wire/account.ts';
import { cellOf } from './cell.ts';
import { refuseSlurs } from './displayName.ts';

/**
 * One's own profile, e-mail and birth date included: for its owner alone.
 * @throws Problem `unauthenticated` when the account is gone
 */
export const getProfile = (userId: string): Promise<Profile> => transaction((tx) => readProfile(tx, userId));

/**
 * Changes the given fields of one's own profile. The person's journey is locked first and its version moves
 * when something changes that matching looks at, so that no pairing decided on the old profile can be committed.
 * @throws Problem `unauthenticated` when the account is gone; `invalid` for a slur as a name
 */
export async function updateProfile(userId: string, changes: UpdateProfile): Promise<Profile> {
  if (changes.display_name !== undefined) refuseSlurs(changes.display_name);
  const { location, ...fields } = changes;
  const columns = { ...fields, ...(location !== undefined && { cell: cellOf(location) }) };

  return transaction(async (tx) => {
    const draft = await lockDraft(tx, { people: [userId] });
    const journey = journeyIn(draft, userId);
    const before = await readProfile(tx, userId);
    await write(tx, userId, columns);
    const after = await readProfile(tx, userId);
    if (matched.some((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])))
      advance(journey, 'profile');
    await saveDraft(tx, draft);
    return after;
  });
}

/** What matching looks at. */
const matched = ['gender', 'interests', 'cell', 'seniority'] as const satisfies (keyof Profile)[];

type Columns = Omit<UpdateProfile, 'location'> & { cell?: string | null };

/** Columns that are absent keep what the row has: it is the record that the JSON is laid over. */
async function write(tx: Tx, userId: string, columns: Columns): Promise<void> {
  await tx.sql(
    `UPDATE users
        SET (display_name, bio, gender, interests, cell, seniority, contact_handle) =
            (SELECT r.display_name, r.bio, r.gender, r.interests, r.cell, r.seniority, r.contact_handle
               FROM jsonb_populate_record(users, $2::jsonb) r)
      WHERE id = $1`,
    [userId, JSON.stringify(columns)],
  );
}

/**
 * Reads a profile inside an open transaction.
 * @throws Problem `unauthenticated` when the account is gone
 */
export async function readProfile(tx: Tx, userId: string): Promise<Profile> {
  const row = await tx.one<Row>(
    `SELECT id, kind, role, email, display_name, birth_date, gender, bio, interests, cell, seniority,
            contact_handle, created_at
       FROM users
      WHERE id = $1`,
    [userId],
  );
  if (!row) throw new Problem('unauthenticated', 'This account no longer exists');
  return { ...row, age: ageOn(row.birth_date, tx.now), created_at: row.created_at.toISOString() };
}

type Row = Omit<Profile, 'age' | 'created_at'> & { created_at: Date };
