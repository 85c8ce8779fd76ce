import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { findings, settle } from './axe.ts';
import { cutOff } from './bounds.ts';
import { adminEnv } from './cases.ts';
import { closePages, openBrowser } from './chromium.ts';
import { emptyDashboard, fullDashboard, openDashboard } from './dashboardTour.ts';
import { startHouse, type House } from './house.ts';
import { past } from './past.ts';
import { button, type Visit } from './visitor.ts';

const looks = [
  { size: { width: 390, height: 844 }, colorScheme: 'light' },
  { size: { width: 1440, height: 900 }, colorScheme: 'dark' },
] as const;

describe('the dashboard', function () {
  this.timeout(120_000);
  let house: House;
  const open = async (): Promise<Page> => openDashboard(await openBrowser(), house.front.address);

  before(async () => {
    await buildClientIfStale();
    house = await startHouse(adminEnv, past(3, 40));
  });
  afterEach(closePages);
  after(() => house.stop());

  it('of a house with a past gives axe-core nothing to say and cuts nothing off, as pictures and as tables', async () => {
    const found: string[] = [];
    await fullDashboard(await openBrowser(), house.front.address, inspect(found));
    expect(found).to.deep.equal([]);
  });

  it('shows a part of the evening to the arrow keys, and then that part everywhere', async () => {
    const page = await open();
    const handle = page.getByRole('slider').first();
    await handle.focus();
    for (let presses = 0; presses < 5; presses += 1) await handle.press('ArrowRight');
    await button(page, 'Show only this time everywhere').click();
    await page.waitForURL(/from=.*&to=/);
    expect(await page.getByLabel('A day').isChecked()).to.equal(false);
    await page.getByLabel('A week').check();
    await page.waitForURL(/span=7d$/);
  });

  it('gives what it shows as a file', async () => {
    const page = await open();
    await page.getByLabel('A week').check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'CSV: From a pairing to two yeses').click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .replace('\uFEFF', '')
      .trim()
      .split('\r\n');
    expect(download.suggestedFilename()).to.equal('funnel.csv');
    expect(lines.map((line) => line.split(',')[0])).to.deep.equal([
      'Step',
      'were paired',
      'both came',
      'ran three minutes',
      'both said yes',
    ]);
  });

  it('says so when the house does not answer, keeps what it knew, and mends itself', async () => {
    const page = await open();
    await page.getByText(/^As of/).waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('heading', { name: 'The house does not answer.' }).waitFor({ timeout: 20_000 });
    expect(await page.getByText('Online', { exact: true }).count(), 'figures in sight').to.be.above(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByText(/^As of/).waitFor({ timeout: 20_000 });
  });
});

describe('the dashboard of an empty house', function () {
  this.timeout(60_000);

  it('gives axe-core nothing to say either', async () => {
    await buildClientIfStale();
    const house = await startHouse(adminEnv);
    const found: string[] = [];
    await emptyDashboard(await openBrowser(), house.front.address, inspect(found)).finally(house.stop);
    expect(found).to.deep.equal([]);
  });
});

/** Looks at a screen as a phone by day and a desk by night do, and notes what is wrong. */
const inspect =
  (found: string[]): Visit =>
  async (name, page) => {
    for (const { size, colorScheme } of looks) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settle(page);
      for (const finding of [...(await findings(page)), ...(await cutOff(page))])
        found.push(`${name} at ${size.width}: ${finding}`);
    }
  };
