import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { button, date, sayGoodbye, type Guest } from './guests.ts';
import { startHouse, type House } from './house.ts';

const inWriting = { mode: 'text', width: 390 } as const;
const onItsSide = { width: 844, height: 390 };

describe('after a date in the page', function () {
  this.timeout(90_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(180_000);
    await buildClientIfStale();
    house = await startHouse({ ROUND_SECONDS: '6', DECISION_SECONDS: '15' });
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  /** Two people who are asked whether they would like to meet again. */
  async function asked(): Promise<[Page, Page]> {
    guests = await date(house, inWriting, inWriting);
    const [mara, jonas] = guests.map(({ page }) => page) as [Page, Page];
    await mara.getByRole('heading', { name: 'see Jonas again' }).waitFor();
    return [mara, jonas];
  }

  it('the answers are in sight on a phone on its side, and looking elsewhere loses neither the question nor the ratings', async () => {
    const [mara, jonas] = await asked();
    await mara.getByLabel('4 of 5').first().check();
    await mara.setViewportSize(onItsSide);
    for (const name of ['Yes, again', 'No, thank you', 'No opinion'])
      expect(await isInSight(mara, name), name).to.equal(true);
    await mara.getByRole('link', { name: 'Dance card', exact: true }).click();
    await mara.getByRole('heading', { name: 'Your dance card' }).waitFor();
    await mara.getByRole('link', { name: 'You can still answer about Jonas' }).click();
    expect(await mara.getByLabel('4 of 5').first().isChecked()).to.equal(true);
    await button(mara, 'No opinion').click();
    await shows(mara, 'On to the next one.');
    await shows(jonas, 'Time was up; that counts as no opinion.');
  });

  it('what was typed for a match is neither thrown away nor shared unasked, and can be added later', async () => {
    const [mara, jonas] = await asked();
    for (const page of [mara, jonas]) await button(page, 'Yes, again').click();
    for (const page of [mara, jonas]) await page.getByRole('dialog').waitFor();
    await mara.getByLabel('How Jonas may reach you').fill('@mara');
    await mara.keyboard.press('Escape');
    await mara.getByText('not shared it yet').waitFor();
    expect(await jonas.getByText('@mara').count()).to.equal(0);
    await button(mara, 'Share it and go on').click();
    await mara.getByRole('dialog').waitFor({ state: 'hidden' });
    await jonas.getByText('@mara').waitFor();

    await button(jonas, 'See the dance card').click();
    await jonas.getByLabel('How your matches may reach you').fill('@jonas');
    await button(jonas, 'Share it').click();
    await jonas.getByLabel('How your matches may reach you').waitFor({ state: 'hidden' });
    await mara.getByRole('link', { name: 'Dance card', exact: true }).click();
    await mara.getByText('@jonas').waitFor();
  });

  it('a report is confirmed, and nobody new is met by somebody who has just reported somebody', async () => {
    const [mara] = await asked();
    await button(mara, 'Something was wrong').click();
    await mara.getByLabel('Harassment').check();
    await button(mara, 'Send').click();
    await shows(mara, 'Thank you. A person will look at it.');
    await mara.getByRole('heading', { name: 'You are out of there' }).waitFor();
  });
});

/** Whether a button can be seen without scrolling. */
async function isInSight(page: Page, name: string): Promise<boolean> {
  const box = await button(page, name).boundingBox();
  const { height } = page.viewportSize()!;
  return box !== null && box.y >= 0 && box.y + box.height <= height;
}

/** Waits until it stands on the screen, for people who see. */
const shows = (page: Page, words: string): Promise<void> =>
  page.locator('p[aria-hidden]', { hasText: words }).waitFor();
