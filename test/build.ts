import { createGuest } from '#core/accounts/guest.ts';
import { login } from '#core/accounts/login.ts';
import { register } from '#core/accounts/register.ts';
import { readAccessToken, type Me } from '#core/accounts/token.ts';
import type { Role } from '#core/rules.ts';
import type { CreateGuest, Profile, Register, SignedIn } from '#core/wire/account.ts';
import { sql } from '#db/postgres.ts';
import { drawPeople } from './draw.ts';

/** Somebody who has just signed in. */
export interface Person {
  me: Me;
  user: Profile;
  accessToken: string;
  refreshToken: string;
  deviceToken: string;
}

/** What a guest sends; give what the test is about. */
export const guestInput = (overrides: Partial<CreateGuest> = {}): CreateGuest => ({
  display_name: 'Robin',
  birth_date: '1995-05-05',
  gender: 'nonbinary',
  interests: ['jazz', 'climbing'],
  ...overrides,
});

/** A guest, at IDLE, on a device of their own. */
export async function buildGuest(overrides: Partial<CreateGuest> = {}): Promise<Person> {
  const first = { from: 'test', idempotencyKey: undefined };
  return signedIn(await drawPeople(() => createGuest(guestInput(overrides), first)));
}

let members = 0;

/** A member. */
export async function buildMember(overrides: Partial<Register> = {}): Promise<Person> {
  members += 1;
  const input = {
    ...guestInput(),
    email: `member-${members}@example.org`,
    password: 'correct horse',
    ...overrides,
  };
  const first = { from: 'test', idempotencyKey: undefined };
  return signedIn(await drawPeople(() => register(input, first, undefined)));
}

/** Signs an account in on a further device; a guest is made a member first. */
export async function signInAgain(me: Me, deviceToken: string): Promise<Person> {
  const password = 'correct horse';
  const email = `${me.userId}@example.org`;
  const [user] = await sql<{ kind: string }>('SELECT kind FROM users WHERE id = $1', [me.userId]);
  if (user?.kind === 'guest')
    await register({ email, password }, { from: 'test', idempotencyKey: undefined }, me);
  return signedIn(await login({ email, password, device_token: deviceToken }, 'test'));
}

/** A member with a role, who has signed in since they have it. */
export async function buildStaff(role: Exclude<Role, 'member'>): Promise<Person> {
  const { user } = await buildMember();
  await sql('UPDATE users SET role = $2 WHERE id = $1', [user.id, role]);
  return signedIn(await login({ email: user.email ?? '', password: 'correct horse' }));
}

function signedIn(answer: SignedIn): Person {
  return {
    me: readAccessToken(answer.access_token).me,
    user: answer.user,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    deviceToken: answer.device_token,
  };
}
