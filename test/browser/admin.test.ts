import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { guest, type Guest } from '../story/guest.ts';
import { findings } from './axe.ts';
import { adminEnv, flagged, hire, openAs, type Staff } from './cases.ts';
import { openBrowser } from './chromium.ts';
import { button } from './guests.ts';
import { startHouse, type House } from './house.ts';

describe('the admin area', function () {
  this.timeout(90_000);
  let house: House;
  let address: string;
  let ines: Staff;
  let kofi: Staff;
  let viktor: Guest;
  let rhea: Guest;

  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse(adminEnv);
    address = house.front.address;
    ({ ines, kofi } = await hire(address));
    // All from one address: whoever comes after a restriction is reached by it.
    viktor = await guest([address], { display_name: 'Viktor' });
    rhea = await guest([address], { display_name: 'Rhea' });
  });
  after(() => house.stop());

  const openFor = async (who: Parameters<typeof openAs>[2]) => openAs(await openBrowser(), address, who);
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
  const press = async (page: Page, ...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('is for guests an address like any that leads nowhere, and asks whoever is signed out to sign in', async () => {
    const page = await openFor(await guest([address], { display_name: 'Gus' }));
    for (const path of ['/admin', '/admin/flags', '/admin/log']) {
      await page.goto(address + path);
      await heading(page, 'There is nothing here');
    }
    const asked = house.front.passed.filter(({ path }) => path.startsWith('/api/admin/'));
    expect(asked, 'nothing is even asked in their name').to.deep.equal(
      asked.filter(({ token }) => token.endsWith(ines.token)),
    );
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${address}/admin/flags`);
    await heading(page, 'Good to see you again');
    await page.getByLabel('E-mail').fill('kofi@example.org');
    await page.getByLabel('Password').fill(adminEnv.ADMIN_PASSWORD);
    await page.keyboard.press('Enter');
    await heading(page, 'Flags');
    await page.context().close();
  });

  it('lets a moderator work a flag from the queue to its end with the keyboard; the person reads why, appeals, and is answered by another', async () => {
    const theirs = await openFor(viktor);
    const lines = ['Good evening!', 'You should not be here <b>at all</b>'];
    await flagged(address, viktor, { by: 'Noor', category: 'harassment', reason: 'He insulted me.', lines });

    const page = await openFor(kofi);
    await page.goto(`${address}/admin/flags`);
    await page.getByText('Viktor').waitFor();
    expect(await findings(page), 'the queue').to.deep.equal([]);
    await press(page, 'j', 'Enter');
    await page.getByText('You should not be here <b>at all</b>').first().waitFor();
    expect(await findings(page), 'the story').to.deep.equal([]);
    await press(page, 'n');
    await page.getByRole('dialog').locator('textarea:focus').waitFor();
    await page.keyboard.type('The chat says it all.'); // with letters that are shortcuts elsewhere
    await press(page, 'Tab', 'Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByText('The chat says it all.').waitFor();
    await press(page, 'c');
    await page.getByText('This flag is yours').waitFor();
    await press(page, 'r');
    await page.getByRole('dialog').locator(':focus').waitFor();
    await press(page, 'Tab', 'ArrowRight', 'ArrowRight'); // a restriction
    await press(page, 'Tab', 'ArrowRight'); // three days
    await press(page, 'Tab', 'Tab');
    await page.keyboard.type('You insulted somebody.');
    expect(await findings(page), 'the decision').to.deep.equal([]);
    await press(page, 'Tab', 'Enter');
    await page.getByText('Nothing waits here').waitFor();

    await theirs.goto(`${address}/date`);
    await heading(theirs, 'Your account is limited');
    await theirs.getByText('You insulted somebody.').waitFor();
    expect(await findings(theirs), 'the statement').to.deep.equal([]);
    await button(theirs, 'Send the appeal').click();
    await theirs.getByText('At least 10 characters.').waitFor();
    await theirs.getByLabel('Do you see it differently?').fill('I quoted a film, and she laughed.');
    await button(theirs, 'Send the appeal').click();
    await theirs.getByText('Your appeal has arrived').waitFor();

    const answer = async (by: Page, text: string) => {
      await by.goto(`${address}/admin/appeals`);
      await by.getByText('I quoted a film').waitFor();
      await button(by, 'Answer').click();
      await by.getByLabel('It is lifted').check();
      await by.getByLabel('Your answer').fill(text);
      await button(by, 'Send the answer').click();
    };
    await answer(page, 'On reflection, no.');
    await page.getByText('Another moderator has to do this').waitFor();
    expect(await findings(page), 'the refusal').to.deep.equal([]);
    const other = await openFor(ines);
    await answer(other, 'We have read the chat again, and you are right.');
    await other.getByText('Nobody has appealed.').waitFor();

    await button(theirs, 'Try again').click();
    await heading(theirs, 'Ready when you are');
    await theirs.getByText('We have read the chat again').waitFor();

    await other.goto(`${address}/admin/log`);
    await other.getByText(/^Whole: \d+ entries/).waitFor();
    await other.getByText('lifted after an appeal').waitFor();
    expect(await findings(other), 'the log').to.deep.equal([]);
    for (const { context } of [page, other, theirs].map((one) => ({ context: one.context() })))
      await context.close();
  });

  it('makes a ban permanent only with a second moderator', async () => {
    const { id } = (await rhea.send('GET', '/api/me')).body as { id: string };
    const page = await openFor(kofi);
    await page.goto(`${address}/admin/people/${id}`);
    await button(page, 'Warn or restrict').click();
    await page.getByLabel('A restriction').check();
    await page.getByLabel('For good').check();
    await page.getByText('a second one must confirm').waitFor();
    await page.getByLabel('What the person is told').fill('You threatened somebody.');
    await button(page, 'Decide').click();
    await page.getByText('Warnings and restrictions (1)').waitFor();

    const confirm = async (by: Page) => {
      await by.goto(`${address}/admin/restrictions?show=awaiting`);
      await button(by, 'Make it permanent').click();
      await by.getByRole('dialog').getByRole('button', { name: 'Make it permanent' }).click();
    };
    await confirm(page);
    await page.getByText('Another moderator has to do this').waitFor();
    const other = await openFor(ines);
    await confirm(other);
    await other.getByText('Nobody. A good evening.').waitFor();
    await other.goto(`${address}/admin/restrictions`);
    await other.getByText('for good, by Kofi').waitFor();
    expect(await findings(other), 'the restrictions').to.deep.equal([]);
    await page.context().close();
    await other.context().close();
  });
});
