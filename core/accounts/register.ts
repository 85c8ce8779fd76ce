import { UniqueConstraintError } from 'sequelize';
import { z } from 'zod';
import { Problem } from '#core/errors.ts';
import { once } from '#core/idempotency.ts';
import { greetNewcomer } from '#core/safety/newcomer.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { createGuestBody, type Register, type SignedIn } from '#core/wire/account.ts';
import { createUser, type Credentials } from './create.ts';
import { deviceFor } from './deviceToken.ts';
import type { FirstRequest } from './guest.ts';
import { hashPassword } from './password.ts';
import { readProfile } from './profile.ts';
import { revokeFamily } from './refreshToken.ts';
import { signIn } from './signIn.ts';
import type { Me } from './token.ts';

/**
 * Makes a member. A guest who is signed in becomes one: id, matches and device stay, and the guest's refresh
 * tokens end. Any other caller gets a new account and must send the profile fields.
 * @param me the guest who asks, if the caller is signed in
 * @throws Problem `email_taken`, `already_registered`, `under_age`, `invalid`, `idempotency_mismatch`
 */
export async function register(input: Register, first: FirstRequest, me: Me | undefined): Promise<SignedIn> {
  const create = me ? upgrade(input, me) : join(input, first.from);
  const credentials = { email: input.email, password_hash: await hashPassword(input.password) };
  const scope = `register:${me?.userId ?? first.from}`;
  try {
    return await transaction(async (tx) => {
      const asked = { scope, key: first.idempotencyKey, request: input };
      const { user_id, device_id } = await once(tx, asked, () => create(tx, credentials));
      return signIn(tx, user_id, device_id, first.from);
    });
  } catch (error) {
    if (error instanceof UniqueConstraintError && constraintOf(error) === 'users_email')
      throw new Problem('email_taken');
    throw error;
  }
}

type Create = (tx: Tx, credentials: Credentials) => Promise<{ user_id: string; device_id: string }>;

function upgrade({ email: _email, password: _password, ...profile }: Register, me: Me): Create {
  const sent = Object.keys(profile);
  if (sent.length > 0)
    throw new Problem('invalid', 'A guest keeps their profile; change it with PATCH /api/me', {
      errors: sent.map((path) => ({ path, message: 'Not when a guest registers' })),
    });

  return async (tx, { email, password_hash }) => {
    const upgraded = await tx.one(
      `UPDATE users SET kind = 'member', email = $2, password_hash = $3
        WHERE id = $1 AND kind = 'guest'
       RETURNING id`,
      [me.userId, email, password_hash],
    );
    if (!upgraded) {
      await readProfile(tx, me.userId);
      throw new Problem('already_registered');
    }
    await revokeFamily(tx, me.familyId);
    return { user_id: me.userId, device_id: me.deviceId };
  };
}

function join({ email: _email, password: _password, ...profile }: Register, from: string): Create {
  const person = createGuestBody.safeParse(profile);
  if (!person.success) {
    const errors = person.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }));
    throw new Problem('invalid', 'A new account needs display_name, birth_date and gender', { errors });
  }

  return async (tx, credentials) => {
    const deviceId = await deviceFor(tx, person.data.device_token);
    if (person.data.device_token === undefined) await greetNewcomer(tx, deviceId, from);
    return { user_id: await createUser(tx, deviceId, person.data, credentials), device_id: deviceId };
  };
}

const original = z.object({ constraint: z.string() });
const constraintOf = (error: UniqueConstraintError): string | undefined =>
  original.safeParse(error.original).data?.constraint;
