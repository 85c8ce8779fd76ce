import type { Browser, Page } from 'playwright-core';
import { guest, type Guest } from '../story/guest.ts';
import { flagged, hire, openAs, post, type Staff } from './cases.ts';
import { button, type Visit } from './visitor.ts';

/**
 * A moderator goes through the admin area after a busy evening, and looks at every screen once; so do those of whom it
 * was. They all come from one address, and so would whoever came after them: no guest is let in any more.
 */
export async function adminTour(browser: Browser, address: string, visit: Visit): Promise<void> {
  const { ines, kofi } = await hire(address);
  const page = await openAs(browser, address, kofi);
  const go = async (to: string, shown: string | RegExp) => {
    await page.goto(address + to);
    await page.getByText(shown).first().waitFor();
  };

  await go('/admin/flags', 'Nothing waits here');
  await visit('admin-flags-empty', page);
  const { viktor, rhea } = await evening(address, ines, kofi);
  await go('/admin/flags', 'Viktor');
  await visit('admin-flags', page);
  await story(page, visit);
  await go('/admin/restrictions', 'Viktor');
  await page.getByLabel('Find somebody').fill('vik');
  await button(page, 'Find').click();
  await page.getByRole('list', { name: 'Found' }).waitFor();
  await visit('admin-restrictions', page);
  await page.getByRole('list', { name: 'Found' }).getByRole('link').first().click();
  await button(page, 'Warn or restrict').waitFor();
  await visit('admin-person', page);
  await go('/admin/appeals', 'It was a joke');
  await visit('admin-appeals', page);
  await button(page, 'Answer').first().click();
  await page.getByLabel('It stands').check();
  await visit('admin-appeal-answer', page);
  await go('/admin/log', /^Whole: \d+ entries/);
  await visit('admin-log', page);
  await troubles(page, go, visit);
  await page.context().close();
  await standing(browser, address, viktor, 'restricted', visit);
  await standing(browser, address, rhea, 'warned', visit);
}

/** A log that was tampered with, and a queue that cannot be read. */
async function troubles(
  page: Page,
  go: (to: string, shown: string | RegExp) => Promise<void>,
  visit: Visit,
): Promise<void> {
  const broken = { entries: 4, head: '0'.repeat(64), broken_at: 5, contains_known: null };
  await page.route('**/log/verification', (route) => route.fulfill({ json: broken }));
  await go('/admin/log', 'Broken at entry 5');
  await visit('admin-log-broken', page);
  await page.route('**/api/admin/flags?*', (route) => route.fulfill({ status: 500, body: '' }));
  await go('/admin/flags', 'That did not work');
  await visit('admin-flags-failed', page);
}

/** What somebody is told of what was imposed on them. */
async function standing(
  browser: Browser,
  address: string,
  who: Guest,
  name: string,
  visit: Visit,
): Promise<void> {
  const page = await openAs(browser, address, who);
  await page.goto(`${address}/date`);
  await page.getByLabel('Do you see it differently?').waitFor();
  await visit(name, page);
  await page.context().close();
}

/** From the top of the queue to the brink of a decision. */
async function story(page: Page, visit: Visit): Promise<void> {
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What was written' }).waitFor();
  await visit('admin-flag', page);
  await page.keyboard.press('c');
  await button(page, 'Resolve').waitFor();
  await page.keyboard.press('r');
  await page.getByLabel('A restriction').check();
  await page.getByLabel('For good').check();
  await visit('admin-resolve', page);
}

/** People who behaved so badly that there is something to see. */
async function evening(address: string, ines: Staff, kofi: Staff): Promise<{ viktor: Guest; rhea: Guest }> {
  const [viktor, luca, rhea] = [
    await guest([address], { display_name: 'Viktor' }),
    await guest([address], { display_name: 'Luca' }),
    await guest([address], { display_name: 'Rhea' }),
  ];
  await flagged(address, viktor, {
    by: 'Noor',
    category: 'harassment',
    reason: 'He shouted from the first second on and would not stop when I asked him to.',
  });
  const gravest = await flagged(address, luca, {
    by: 'Sam',
    category: 'scam',
    reason: 'Wanted me to buy a voucher for his sister.',
    lines: ['Hi Luca!', 'Hello dear. My sister is ill, can you buy a voucher for her?'],
  });
  await flagged(address, rhea, { by: 'Tomás' });
  await flagged(address, viktor, {
    by: 'Mirja',
    category: 'hate_speech',
    reason: 'Read the chat.\nThe same words again and again.',
    lines: [
      'Good evening, how was your week?',
      'People like you should not be here <b>at all</b>',
      'That is not a nice thing to say.',
      'אני אומר מה שאני רוצה, and nobody stops me.',
    ],
  });
  const as =
    (who: Staff) =>
    (path: string, body: object = {}) =>
      post(address, 'POST', `/api/admin/${path}`, body, who);
  await as(ines)(`flags/${gravest}/claim`);
  await as(ines)(`flags/${gravest}/notes`, { text: 'The same voucher story as last week, other name.' });
  const { id } = (await as(ines)('restrictions', {
    user_id: await idOf(address, luca.token),
    kind: 'restriction',
    hours: 72,
    category: 'scam',
    reason: 'You asked somebody for money.',
  })) as { id: string };
  await post(
    address,
    'POST',
    '/api/appeals',
    { restriction_id: id, text: 'It was a joke between two people who both laughed.' },
    luca,
  );
  await as(ines)('restrictions', {
    user_id: await idOf(address, viktor.token),
    kind: 'restriction',
    hours: null,
    category: 'hate_speech',
    reason: 'You insulted several people.',
  });
  await as(kofi)('restrictions', {
    user_id: await idOf(address, rhea.token),
    kind: 'warning',
    reason: 'Please let people finish what they say.',
  });
  return { viktor, rhea };
}

async function idOf(address: string, token: string): Promise<string> {
  const answer = await fetch(`${address}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { id: string }).id;
}
