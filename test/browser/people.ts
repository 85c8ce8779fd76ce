import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Preferences } from '../../client/api/wire.ts';
import type { CallPhase } from '../../client/call/engine.ts';
import { openBrowser } from './chromium.ts';
import type { House } from './house.ts';

/** Somebody with a browser of their own, on the bare page. */
export interface Someone {
  page: Page;
  context: BrowserContext;
}

interface Manner {
  /** What their page is asked: `media=none`, `strict` … */
  query?: string;
  preferences?: Preferences;
  browser?: Browser;
  /** Done to their page before it is loaded. */
  prepare?: (page: Page) => Promise<void>;
}

let couples = 0;

/** Two guests who can only meet each other, both searching. Neither has been paired yet. */
export async function twoPeople(
  house: House,
  first: Manner = {},
  second: Manner = first,
): Promise<[Someone, Someone]> {
  couples += 1;
  const age = 18 + (couples % 80);
  return Promise.all([somebody(house, 'Ada', age, first), somebody(house, 'Ben', age, second)]);
}

async function somebody({ front }: House, name: string, age: number, manner: Manner): Promise<Someone> {
  const browser = manner.browser ?? (await openBrowser());
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => expect.fail(`${name}: ${error.stack ?? error.message}`));
  await manner.prepare?.(page);
  await page.goto(`${front.address}/test/date.html?${manner.query ?? ''}`);
  const year = new Date().getUTCFullYear() - age;
  await page.evaluate((guest) => window.bare.api.guest(guest), {
    display_name: name,
    birth_date: `${year}-01-01`,
    gender: 'other' as const,
  });
  const wishes: Preferences = { mode: 'video', min_age: age, max_age: age, ...manner.preferences };
  await page.evaluate((preferences) => window.bare.journey.start(preferences).then(() => undefined), wishes);
  return { page, context };
}

/** Two people in a call that has connected. */
export async function couple(
  house: House,
  first: Manner = {},
  second: Manner = first,
): Promise<[Someone, Someone]> {
  const both = await twoPeople(house, first, second);
  await Promise.all(both.map(({ page }) => reaches(page, 'connected')));
  return both;
}

/** Waits until a person's call is in this phase. */
export async function reaches(page: Page, phase: CallPhase, withinMs = 15_000): Promise<void> {
  try {
    await page.waitForFunction((phase) => window.bare.call?.getSnapshot().phase === phase, phase, {
      timeout: withinMs,
      polling: 20,
    });
  } catch {
    throw new Error(`The call did not become ${phase}: ${await describe(page)}`);
  }
}

/** Waits until a person is in this state. */
export async function comesTo(page: Page, state: string, withinMs = 15_000): Promise<void> {
  try {
    await page.waitForFunction((state) => window.bare.journey.getSnapshot().state === state, state, {
      timeout: withinMs,
      polling: 20,
    });
  } catch {
    throw new Error(`Nobody came to ${state}: ${await describe(page)}`);
  }
}

/** What their page knows, for a failure's message. */
export const describe = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { journey, call, connections } = window.bare;
    const peers = connections.map((one) => [one.connectionState, one.signalingState, one.iceConnectionState]);
    return JSON.stringify({ journey: journey.getSnapshot(), call: call?.getSnapshot(), peers });
  });

/** Waits until so many frames of the partner have been decoded by the present connection. */
export async function seesFrames(page: Page, atLeast = 30, withinMs = 8_000): Promise<void> {
  await page.waitForFunction(
    async (atLeast) => ((await window.bare.call?.look())?.framesDecoded ?? 0) >= atLeast,
    atLeast,
    { timeout: withinMs, polling: 100 },
  );
}

/** Closes their browsers, as people do who are done; who still waits stops first, so that nobody meets them. */
export async function partWith(people: readonly Someone[]): Promise<void> {
  await Promise.all(
    people.map(async ({ page, context }) => {
      if (!page.isClosed())
        await page
          .evaluate(async () => {
            const { journey } = window.bare;
            if (journey.getSnapshot().sessionId !== null) await journey.end();
          })
          .catch(() => undefined);
      await context.close();
    }),
  );
}
