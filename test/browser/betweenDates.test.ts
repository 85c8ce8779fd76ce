import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Page, Route } from 'playwright-core';
import { inLiveRound, type State } from '#core/journey/journey.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { arrive, button, sayGoodbye, type Guest } from './guests.ts';
import { startHouse, type House } from './house.ts';

const sizes = [
  { width: 360, height: 640 },
  { width: 390, height: 844 },
  { width: 844, height: 390 },
  { width: 1440, height: 900 },
];

describe('from one date to the next in the page', function () {
  this.timeout(120_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(180_000);
    await buildClientIfStale();
    house = await startHouse();
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  it('two who have met everybody are told so, and meet again after a tap of each', async () => {
    guests = await arrive(house, { mode: 'text', width: 390 }, { mode: 'text', width: 390 });
    const pages = guests.map(({ page }) => page) as [Page, Page];
    for (const page of pages) await button(page, 'Begin').click();
    for (const page of pages) await page.getByRole('timer').waitFor({ timeout: 20_000 });
    await button(pages[0], 'Next person').click();
    for (const page of pages)
      await page.getByText('You have met everybody who is here.').waitFor({ timeout: 20_000 });
    await shoot(pages[0], 'nobody-new-390');
    for (const page of pages) await button(page, 'Begin a fresh evening').click();
    for (const page of pages) await page.getByRole('timer').waitFor({ timeout: 20_000 });
  });

  for (const mode of ['video', 'text'] as const)
    it(`the notice of a match during the next date (${mode}) covers neither Report nor the clock nor a control`, async () => {
      guests = await arrive(house, { mode, width: 390 }, { mode, width: 390 });
      const [page, other] = guests.map((one) => one.page) as [Page, Page];
      await page.route('**/next-match*', (route) => withMatch(route));
      for (const one of [page, other]) await button(one, 'Begin').click();
      await page.getByRole('timer').waitFor({ timeout: 20_000 });
      const notice = page.getByRole('status').filter({ hasText: 'You and Noor both said yes' });
      await notice.waitFor();
      const found: string[] = [];
      for (const chat of mode === 'video' ? ['closed', 'open'] : ['whole']) {
        if (chat === 'open') await button(page, 'Chat').click();
        for (const size of sizes) {
          await page.setViewportSize(size);
          await page.waitForTimeout(300);
          await shoot(page, `match-in-date-${mode}-chat-${chat}-${size.width}`);
          for (const one of await under(page)) found.push(`${size.width}, chat ${chat}: ${one}`);
        }
      }
      expect(found).to.deep.equal([]);
      await notice.getByRole('button', { name: 'Close' }).click();
      await notice.waitFor({ state: 'hidden' });
    });
});

/** Adds to every answer during a date the news that an earlier one was a match. */
async function withMatch(route: Route): Promise<void> {
  const response = await route.fetch();
  const answer = (await response.json()) as { state: State };
  const notice = {
    match_id: randomUUID(),
    reason: 'mutual',
    initiated_by: 'system',
    target_state: 'WAITING',
    partner_name: 'Noor',
  };
  await route.fulfill({ response, json: inLiveRound(answer.state) ? { ...answer, notice } : answer });
}

/** What the notice of a match lies over: Report, the clock, and everything that can be pressed. */
const under = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const notice = [...document.querySelectorAll('[role="status"]')].find((one) =>
      one.textContent.includes('both said yes'),
    )!;
    const over = notice.getBoundingClientRect();
    return [...document.querySelectorAll('main button, main a, main input, [role="timer"]')].flatMap(
      (element) => {
        const { left, right, top, bottom, width } = element.getBoundingClientRect();
        const isOver = left < over.right && right > over.left && top < over.bottom && bottom > over.top;
        return width > 0 && isOver ? [element.getAttribute('aria-label') ?? element.textContent] : [];
      },
    );
  });

/** A picture to look at, where SHOTS names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
