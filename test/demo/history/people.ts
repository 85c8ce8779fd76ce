import { createUser } from '#core/accounts/create.ts';
import { deviceFor } from '#core/accounts/deviceToken.ts';
import { hashPassword } from '#core/accounts/password.ts';
import { newId } from '#core/ids.ts';
import type { Gender, SearchMode } from '#core/rules.ts';
import { transaction } from '#core/transaction.ts';
import type { Random } from '../../bench/population.ts';

/** Somebody with habits. */
export interface Somebody {
  /** The how many-th they are: the same in every run. */
  order: number;
  userId: string;
  deviceId: string;
  /** How often in a day they come, and how many rounds they want then. */
  perDay: number;
  rounds: number;
  mode: SearchMode;
  /** 0–1: how soon they skip, how often they do not join, how often others flag them, how easily they say yes. */
  restless: number;
  absent: number;
  unpleasant: number;
  fond: number;
  /** Of the session under way: its id, how many rounds are left. */
  session: string | null;
  left: number;
}

const names = (
  'Ada Ben Cleo Dev Eli Fay Gus Hana Ivo June Kai Lena Max Nora Omar Pia Quinn Rosa Sam Tess Uma Vic ' +
  'Wren Xavi Yara Zoe Arlo Bea Cyrus Dora Emil Flora Gil Hope Ines Jonas Kira Liam Mila Nils'
).split(' ');
const topics =
  'jazz climbing chess cooking films hiking novels painting poetry running sailing theatre'.split(' ');
const genders: Gender[] = ['woman', 'man', 'woman', 'man', 'woman', 'man', 'nonbinary'];

/** So many members. Most are kind; one in forty is not, one in forty hardly ever joins, one in forty skips. */
export async function invite(count: number, random: Random): Promise<Somebody[]> {
  const password_hash = await hashPassword(newId()); // nobody knows it: they are not to sign in
  const people: Somebody[] = [];
  for (let order = 0; order < count; order += 1) people.push(await invited(order, random, password_hash));
  return people;
}

function invited(order: number, random: Random, password_hash: string): Promise<Somebody> {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const profile = {
    display_name: names[order % names.length]!,
    birth_date: `${1970 + Math.floor(random() * 35)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}`,
    gender: pick(genders),
    interests: [...new Set([pick(topics), pick(topics), pick(topics), pick(topics)])],
  };
  const kind = order % 40;
  const habits = {
    perDay: 0.3 + random() * 0.7,
    rounds: 1 + Math.floor(random() * 6),
    mode: pick(['video', 'video', 'video', 'both', 'both', 'text'] as const),
    restless: kind === 3 ? 1 : random() * 0.35,
    absent: kind === 7 ? 0.8 : random() * 0.05,
    unpleasant: kind === 11 ? 0.5 : random() * 0.012,
    fond: 0.3 + random() * 0.5,
  };
  return transaction(async (tx) => {
    const deviceId = await deviceFor(tx, undefined);
    const email = `demo-${newId()}@example.org`;
    const userId = await createUser(tx, deviceId, profile, { email, password_hash });
    return { order, userId, deviceId, ...habits, session: null, left: 0 };
  });
}
