import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SearchMode } from '#core/rules.ts';
import type { SignedIn } from '../../client/api/wire.ts';
import { openBrowser } from './chromium.ts';
import type { House } from './house.ts';

/** Somebody on the real pages of Minuet, before the mirror. */
export interface Guest {
  name: string;
  page: Page;
  context: BrowserContext;
}

interface Manner {
  width?: number;
  mode?: SearchMode;
  browser?: Browser;
}

export const phone = { width: 390 };
export const desk = { width: 1440 };

let couples = 0;

/** Two guests who can only meet each other, in the middle of a date. */
export async function date(
  house: House,
  first: Manner = desk,
  second: Manner = desk,
): Promise<[Guest, Guest]> {
  const both = await arrive(house, first, second);
  for (const { page } of both) await button(page, 'Begin').click();
  for (const { page } of both) await page.getByRole('timer').waitFor({ timeout: 20_000 });
  return both;
}

/** Two guests who can only meet each other, in front of the open mirror; with one manner only the first of them. */
export async function arrive<Manners extends Manner[]>(
  house: House,
  ...manners: Manners
): Promise<{ [At in keyof Manners]: Guest }> {
  couples += 1;
  const age = 18 + (couples % 60);
  const names = ['Mara', 'Jonas'];
  const guests = manners.map((manner, at) => comeIn(house, names[at] ?? 'Kim', age, manner));
  return (await Promise.all(guests)) as { [At in keyof Manners]: Guest };
}

/** Signs a new guest in and opens the page before a date. */
export async function comeIn({ front }: House, name: string, age: number, manner: Manner): Promise<Guest> {
  const { width = 1440, mode = 'video', browser = await openBrowser() } = manner;
  const birth_date = `${new Date().getUTCFullYear() - age}-01-01`;
  const answer = await fetch(`${front.address}/api/auth/guest`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      display_name: name,
      birth_date,
      gender: 'other',
      interests: ['jazz', 'climbing'],
    }),
  });
  const { access_token, refresh_token, device_token, user } = (await answer.json()) as SignedIn;
  const kept = {
    'minuet.tokens': JSON.stringify({ access: access_token, refresh: refresh_token }),
    'minuet.device': device_token,
    [`minuet.preferences.${user.id}`]: JSON.stringify({ mode, min_age: age, max_age: age }),
  };
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value }));
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [{ origin: front.address, localStorage }] },
    viewport: width < 500 ? { width, height: 844 } : { width, height: 900 },
    ...(width < 500 && { isMobile: true, hasTouch: true }),
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(`${front.address}/welcome/mirror`);
  if (mode !== 'text') await button(page, 'Turn on camera and microphone').click();
  return { name, page, context };
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Waits until the partner's picture moves: so many frames are shown since now. */
export async function seesPartner(page: Page, frames = 30, withinMs = 10_000): Promise<void> {
  await page.waitForFunction(
    (frames) =>
      [...document.querySelectorAll('video')].some(
        (video) => !video.muted && video.getVideoPlaybackQuality().totalVideoFrames >= frames,
      ),
    frames,
    { timeout: withinMs, polling: 20 },
  );
}

/** They go home; who still waits stops first, so that nobody meets them. */
export async function sayGoodbye(guests: readonly Guest[]): Promise<void> {
  await Promise.all(guests.map(({ context }) => context.close()));
}
