import type { Browser, Page } from 'playwright-core';
import { adminEnv, openAs, signIn } from './cases.ts';
import { button, type Visit } from './visitor.ts';

/** The first admin goes to the dashboard of a house that nobody has been in, and waits until all of it has come. */
export async function emptyDashboard(browser: Browser, address: string, visit: Visit): Promise<void> {
  const page = await openDashboard(browser, address);
  await page.getByText('Nobody danced in this time.').first().waitFor();
  await visit('admin-empty', page);
  await page.goto(`${address}/admin/rounds`);
  await page.getByText('No round fits.').waitFor();
  await visit('admin-rounds-empty', page);
  await page.context().close();
}

/** The same in a house with a past: the picture, the tables behind it, and the rounds one by one. */
export async function fullDashboard(browser: Browser, address: string, visit: Visit): Promise<void> {
  const page = await openDashboard(browser, address);
  await page.getByLabel('A month').check();
  await page.getByRole('heading', { name: 'Who was here' }).waitFor();
  await page.getByText(/^At most \d+ were online at once/).waitFor();
  await visit('admin', page);
  for (const table of await page.getByRole('button', { name: /^Table/ }).all()) await table.click();
  await visit('admin-tables', page);
  await rounds(page, address, visit);
  await page.context().close();
}

async function rounds(page: Page, address: string, visit: Visit): Promise<void> {
  await page.goto(`${address}/admin/rounds`);
  const list = page.getByRole('list', { name: 'Rounds, newest first' });
  await list.getByRole('button', { name: 'Every step of it' }).first().click();
  await page.getByText('Paired').first().waitFor();
  await visit('admin-rounds', page);
  await list.getByRole('link').first().click();
  await page.getByRole('heading', { name: /^The timeline of/ }).waitFor();
  await visit('admin-rounds-person', page);
}

/** The first admin, on the dashboard. */
export async function openDashboard(browser: Browser, address: string): Promise<Page> {
  const page = await openAs(browser, address, await signIn(address, adminEnv.ADMIN_EMAIL));
  await page.goto(`${address}/admin`);
  await button(page, 'Table: Queues and workers').waitFor();
  return page;
}
