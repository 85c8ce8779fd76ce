import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { guest, pollUntil, type Guest } from '../story/guest.ts';
import { adminEnv, hire, openAs, post, type Staff } from './cases.ts';
import { openBrowser } from './chromium.ts';
import { button } from './guests.ts';
import { startHouse, type House } from './house.ts';

describe('a dance card with a match on it', function () {
  this.timeout(60_000);
  let house: House;
  let address: string;
  let ines: Staff;
  let viktor: Guest;
  let page: Page;
  const refused: string[] = [];

  before(async function () {
    this.timeout(180_000);
    await buildClientIfStale();
    house = await startHouse({ ...adminEnv, ROUND_SECONDS: '3', DECISION_SECONDS: '5' });
    address = house.front.address;
    ({ ines } = await hire(address));
    viktor = await guest([address], { display_name: 'Viktor' });
    await meet('Noor');
    await meet('Rhea');
    page = await openAs(await openBrowser(), address, viktor);
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
  });
  after(() => house.stop());

  /** Viktor and a stranger write to each other, and both say yes. */
  async function meet(name: string): Promise<void> {
    const stranger = await guest([address], { display_name: name });
    const both = [viktor, stranger];
    for (const one of both) await one.start({ mode: 'text' });
    await Promise.all(both.map((one) => pollUntil(one, (told) => told.match_found)));
    for (const one of both) await one.join();
    await Promise.all(both.map((one) => pollUntil(one, (told) => told.state === 'DECIDING')));
    for (const one of both) await one.decide('continue');
    for (const one of both) await one.stop();
  }

  const card = (name: string) => page.getByRole('listitem').filter({ hasText: name }).first();

  it('a block is asked for once, shown as done, and taken back in the settings', async () => {
    await page.goto(`${address}/matches`);
    await button(page, 'Never meet Rhea again').click();
    const dialog = page.getByRole('dialog', { name: 'Never meet Rhea again?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await button(page, 'Never meet Rhea again').click();
    await dialog.getByRole('button', { name: 'Never meet again' }).click();
    await shows(page, 'You will not meet Rhea again.');

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Rhea', { exact: true }).waitFor();
    await button(page, 'Allow again: Rhea').click();
    await shows(page, 'Rhea may be met again.');
    await button(page, 'Allow again: Rhea').waitFor({ state: 'hidden' });
  });

  it('a restricted person reads it, and whom they have blocked, and appeals', async () => {
    await viktor.send('POST', '/api/blocks', { match_id: viktor.round });
    const { id } = (await viktor.send('GET', '/api/me')).body as { id: string };
    await post(
      address,
      'POST',
      '/api/admin/restrictions',
      { user_id: id, kind: 'restriction', hours: 72, category: 'scam', reason: 'You asked for money.' },
      ines,
    );
    refused.length = 0;
    await page.goto(`${address}/date`);
    await page.getByRole('heading', { name: 'Your account is limited' }).waitFor();
    await page.getByRole('link', { name: 'See the dance card' }).click();
    await card('Noor').getByText('Both said yes').waitFor();
    expect(
      await button(page, 'Never meet Noor again').count(),
      'a restricted person changes nothing',
    ).to.equal(0);

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'People you never meet again' }).waitFor();
    await page.getByText('Rhea', { exact: true }).waitFor();
    expect(await button(page, 'Allow again: Rhea').count()).to.equal(0);
    expect(await button(page, 'Save').count()).to.equal(0);
    await page.getByLabel('Do you see it differently?').fill('I asked for the bill, not for money.');
    await page.getByRole('link', { name: 'Dance card', exact: true }).click();
    await card('Noor').waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await button(page, 'Send the appeal').click(); // what was written is still there
    await page.getByText('Your appeal has arrived').waitFor();
    expect(refused).to.deep.equal([]);
  });
});

/** Waits until it is on the screen, and not only read out. */
const shows = (page: Page, words: string): Promise<void> =>
  page.locator('p[aria-hidden]', { hasText: words }).waitFor();
