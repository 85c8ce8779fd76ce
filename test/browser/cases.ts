import type { Browser, Page } from 'playwright-core';
import type { FlagCategory } from '#core/rules.ts';
import { signedInAnswer } from '#core/wire/account.ts';
import { flaggedAnswer } from '#core/wire/safety.ts';
import { guestInput } from '../build.ts';
import { guest, pollUntil, type Guest } from '../story/guest.ts';

/** What a house with an admin is started with. */
export const adminEnv = { ADMIN_EMAIL: 'ines@example.org', ADMIN_PASSWORD: 'correct horse battery' };

/** What proves who somebody is. */
interface Tokens {
  token: string;
  refreshToken: string;
}

/** A moderator or admin. */
export interface Staff extends Tokens {
  id: string;
  name: string;
}

/** The first admin, and a moderator whom they have appointed. */
export async function hire(address: string): Promise<{ ines: Staff; kofi: Staff }> {
  const ines = await signIn(address, adminEnv.ADMIN_EMAIL);
  await post(address, 'PATCH', '/api/me', { display_name: 'Ines' }, ines);
  const kofi = { email: 'kofi@example.org', password: adminEnv.ADMIN_PASSWORD };
  const profile = { ...guestInput({ display_name: 'Kofi' }), ...kofi };
  const { user } = signedInAnswer.parse(await post(address, 'POST', '/api/auth/register', profile));
  await post(address, 'PATCH', `/api/admin/users/${user.id}`, { role: 'moderator' }, ines);
  return { ines: { ...ines, name: 'Ines' }, kofi: await signIn(address, kofi.email) };
}

/** Somebody of the staff, signed in. */
export async function signIn(address: string, email: string): Promise<Staff> {
  const body = { email, password: adminEnv.ADMIN_PASSWORD };
  const answer = signedInAnswer.parse(await post(address, 'POST', '/api/auth/login', body));
  const { access_token: token, refresh_token: refreshToken, user } = answer;
  return { id: user.id, name: user.display_name, token, refreshToken };
}

/** What somebody did, and what was said of it. */
interface Misdeed {
  by: string;
  category?: FlagCategory;
  reason?: string;
  /** What the two wrote: the first line is the reporter's. */
  lines?: readonly string[];
}

/** Somebody meets a stranger in writing, who flags them. @returns the flag's id */
export async function flagged(address: string, who: Guest, misdeed: Misdeed): Promise<string> {
  const { by, lines = [], ...report } = misdeed;
  const reporter = await guest([address], { display_name: by });
  for (const one of [who, reporter]) await one.start({ mode: 'text' });
  await Promise.all([who, reporter].map((one) => pollUntil(one, (told) => told.match_found)));
  for (const one of [who, reporter]) await one.join();
  for (const [at, text] of lines.entries())
    await [reporter, who][at % 2]!.send('POST', `/api/video/messages/${who.round}`, { text });
  const { body } = await reporter.send('POST', '/api/flags', { match_id: who.round, ...report });
  await pollUntil(who, (told) => !told.match_found);
  await who.stop();
  return flaggedAnswer.parse(body).flag.id;
}

/** Asks in somebody's name. @throws when it is refused */
export async function post(
  address: string,
  method: string,
  path: string,
  body: object,
  { token }: Partial<Tokens> = {},
): Promise<unknown> {
  const response = await fetch(address + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A browser in which somebody is signed in already. */
export async function openAs(
  browser: Browser,
  address: string,
  { token, refreshToken }: Tokens,
): Promise<Page> {
  const kept = { name: 'minuet.tokens', value: JSON.stringify({ access: token, refresh: refreshToken }) };
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [{ origin: address, localStorage: [kept] }] },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  return context.newPage();
}
