import type { Browser, Page } from 'playwright-core';
import { troubles } from './troubles.ts';
import { button, comeIn, jonas, mara, open, type Visit } from './visitor.ts';

/**
 * Two people go through all of Minuet in their own browsers: every screen is come to as a person comes to it, and
 * looked at once.
 * @param settleMs how long the picture of a call may take to become sharp
 */
export async function tour(browser: Browser, address: string, visit: Visit, settleMs = 1_500): Promise<void> {
  const first = await comeIn(browser, address, mara, visit);
  const second = await comeIn(browser, address, jonas);
  await alone(first, visit);
  await date(first, second, visit, settleMs);
  await decide(first, second, visit);
  await records(first, visit);
  await inWriting(first, second, visit);
  await report(first, visit);
  await settings(first, visit);
  await outside(browser, address, visit);
  await troubles(browser, address, visit);
}

/** Waits with nobody else there, pauses, stops. */
async function alone(page: Page, visit: Visit): Promise<void> {
  await button(page, 'Begin').click();
  await page.getByText('any moment').or(page.getByText('hard to say')).first().waitFor();
  await page.getByText('You are the first in the room').waitFor();
  await visit('waiting', page);
  await button(page, 'Pause').click();
  await button(page, 'Go on').waitFor();
  await visit('paused', page);
  await button(page, 'Go on').click();
  await button(page, 'Stop looking').click();
  await button(page, 'To the mirror').waitFor();
  await visit('rest', page);
  await button(page, 'To the mirror').click();
  await button(page, 'Turn on camera and microphone').click();
}

/** Face to face, with a chat. */
async function date(first: Page, second: Page, visit: Visit, settleMs: number): Promise<void> {
  await button(first, 'Begin').click();
  await button(second, 'Begin').click();
  for (const page of [first, second]) await page.getByRole('timer').waitFor({ timeout: 20_000 });
  await first.waitForTimeout(settleMs);
  await visit('call', first);
  await button(first, 'Chat').click();
  await first.getByLabel('Write to Jonas').fill('Is that a double bass behind you?');
  await first.keyboard.press('Enter');
  await button(second, /^Chat/).click();
  await second.getByLabel('Write to Mara').fill('It is! It takes up half of the room.');
  await second.keyboard.press('Enter');
  await first.getByText('half of the room').waitFor();
  await visit('call-chat', first);
  await first.getByRole('button', { name: 'Close' }).click();
  await button(first, 'More').click();
  await first.getByRole('dialog').waitFor();
  await visit('call-more', first);
  await first.keyboard.press('Escape');
  await button(second, 'Turn camera off').click();
  await first.getByText('has the camera off').waitFor();
  await visit('call-camera-off', first);
  await button(second, 'Turn camera on').click();
}

/** The clock ends it; both say yes. */
async function decide(first: Page, second: Page, visit: Visit): Promise<void> {
  const question = first.getByRole('heading', { name: 'see Jonas again' });
  await first.getByText(/^0:2\d$/).waitFor({ timeout: 190_000 });
  await visit('call-last-seconds', first);
  await question.waitFor({ timeout: 40_000 });
  await first.getByLabel('4 of 5').first().check();
  await visit('decision', first);
  await button(first, 'Yes, again').click();
  await first.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
  await button(second, 'Yes, again').click();
  await first.getByRole('dialog').waitFor();
  await second.getByLabel('How Mara may reach you').fill('@jonas.bass');
  await button(second, 'Share it').click();
  await first.getByText('@jonas.bass').waitFor();
  await visit('match', first);
  for (const page of [first, second]) {
    await button(page, 'Dance on').click();
    await button(page, 'Stop looking').click();
  }
}

async function records(page: Page, visit: Visit): Promise<void> {
  await page.getByRole('link', { name: 'Dance card', exact: true }).click();
  await page.getByText('@jonas.bass').waitFor();
  await visit('matches', page);
}

/** Three minutes of writing. */
async function inWriting(first: Page, second: Page, visit: Visit): Promise<void> {
  for (const page of [first, second]) {
    await page.getByRole('link', { name: 'Date', exact: true }).click();
    await page.getByRole('link', { name: 'Change my wishes' }).click();
    await page.getByLabel('In writing').check();
    await button(page, 'Begin').click();
  }
  for (const page of [first, second]) await page.getByRole('timer').waitFor({ timeout: 20_000 });
  const lines = [
    [second, 'Mara', 'In writing, then. Hello again!'],
    [first, 'Jonas', 'Hello! What did you cook tonight?'],
    [second, 'Mara', 'Risotto. I stirred it for as long as four of these dates.'],
    [first, 'Jonas', 'Worth every one of them, I hope.'],
  ] as const;
  for (const [page, to, text] of lines) {
    await page.getByLabel(`Write to ${to}`).fill(text);
    await page.keyboard.press('Enter');
    await first.getByText(text).waitFor();
  }
  await visit('written', first);
}

async function report(page: Page, visit: Visit): Promise<void> {
  await button(page, 'Report and leave').click();
  await page.getByLabel('In your words').waitFor();
  await visit('flag', page);
  await button(page, 'Leave it at that').click();
}

async function settings(page: Page, visit: Visit): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Allow again: Jonas' }).waitFor();
  await visit('settings', page);
  await button(page, 'Throw away my card').click();
  await page.getByRole('dialog').waitFor();
  await visit('settings-leave', page);
}

/** What can be read without coming in. */
async function outside(browser: Browser, address: string, visit: Visit): Promise<void> {
  const page = await open(browser, mara.looks);
  for (const [name, path, heading] of [
    ['safety', '/safety', 'Safe on the floor'],
    ['sign-in', '/sign-in', 'Good to see you again'],
    ['register', '/register', 'An account'],
    ['lost', '/no/such/page', 'There is nothing here'],
  ] as const) {
    await page.goto(address + path);
    await page.getByRole('heading', { name: heading }).waitFor();
    await visit(name, page);
  }
  await page.goto(address);
  await button(page, 'Step in').click();
  await page.getByText('Please write a name.').waitFor();
  await visit('landing-faults', page);
  await page.context().close();
}
