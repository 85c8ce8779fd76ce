import type { Browser, Page } from 'playwright-core';
import { ada, ben, paintCamera, type Looks } from './portrait.ts';

/** Looks at a screen that somebody has come to. */
export type Visit = (name: string, page: Page) => Promise<void>;

/** Somebody who comes in by the front door. */
interface Guest {
  name: string;
  gender: string;
  year: string;
  interests: string[];
  bio: string;
  looks: Looks;
}

export const mara: Guest = {
  name: 'Mara',
  gender: 'a woman',
  year: '1996',
  interests: ['jazz', 'climbing', 'astronomy'],
  bio: 'Builds bicycles, burns pancakes.',
  looks: ada,
};
export const jonas: Guest = {
  name: 'Jonas',
  gender: 'a man',
  year: '1994',
  interests: ['jazz', 'climbing', 'cooking'],
  bio: 'Plays the double bass in a band of three.',
  looks: ben,
};

/** The button of this name. */
export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });

/** A page whose camera shows a painted person. */
export async function open(browser: Browser, looks: Looks): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.addInitScript('globalThis.__name = (it) => it'); // tsx names functions by this
  await context.addInitScript(paintCamera, looks);
  return context.newPage();
}

/** From the landing page to the open mirror. */
export async function comeIn(browser: Browser, address: string, who: Guest, visit?: Visit): Promise<Page> {
  const page = await open(browser, who.looks);
  await page.goto(address);
  await visit?.('landing', page);
  await page.getByLabel('Your first name').fill(who.name);
  await page.getByLabel('Day').fill('14');
  await page.getByLabel('Month').fill('3');
  await page.getByLabel('Year').fill(who.year);
  await page.getByLabel(who.gender, { exact: true }).check();
  await button(page, 'Step in').click();
  await page.getByRole('heading', { name: 'A word before the dance' }).waitFor();
  for (const interest of who.interests) {
    await page.getByLabel('What you like').fill(interest);
    await page.getByLabel('What you like').press('Enter');
  }
  await page.getByLabel('A line or two about you').fill(who.bio);
  await visit?.('welcome', page);
  await button(page, 'On to the mirror').click();
  await button(page, 'Turn on camera and microphone').waitFor();
  await visit?.('mirror-closed', page);
  await button(page, 'Turn on camera and microphone').click();
  await button(page, 'Begin').waitFor();
  await page.waitForTimeout(600);
  await visit?.('mirror', page);
  return page;
}
