import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { clientErrorBody, type ClientError } from '#core/wire/clientErrors.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { button, comeIn, sayGoodbye, type Guest } from './guests.ts';
import { startHouse, type House } from './house.ts';

const inWriting = { mode: 'text' } as const;

describe('what breaks in the page', function () {
  this.timeout(90_000);
  let house: House;
  const guests: Guest[] = [];
  before(async function () {
    this.timeout(180_000);
    await buildClientIfStale();
    house = await startHouse();
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  /** A guest, and what their page has told the server, each taken by it. */
  async function somebody(name: string, age: number): Promise<{ page: Page; told: ClientError[] }> {
    const guest = await comeIn(house, name, age, inWriting);
    guests.push(guest);
    const told: ClientError[] = [];
    guest.page.on('response', (response) => {
      if (!response.url().endsWith('/api/client-errors')) return;
      expect(response.status()).to.equal(204);
      told.push(clientErrorBody.parse(response.request().postDataJSON()));
    });
    return { page: guest.page, told };
  }

  it('an answer of a poll that the page cannot use is told, and the page goes on asking', async () => {
    const { page, told } = await somebody('Ada', 31);
    let spoilt = 0;
    await page.route('**/next-match*', (route) =>
      (spoilt += 1) <= 2 ? route.fulfill({ json: null }) : route.fallback(),
    );
    await button(page, 'Begin').click();
    await page.getByText('Your place').waitFor();
    await page.getByText('You are the first in the room').waitFor();
    expect(told.map(({ kind, name }) => ({ kind, name }))).to.deep.equal([
      { kind: 'poll', name: 'TypeError' },
    ]);
    expect(told[0]!.places).not.to.deep.equal([]);
  });

  it('the code of the call that does not arrive is said, told, and fetched again', async () => {
    const [ada, ben] = [await somebody('Ada', 32), await somebody('Ben', 32)];
    let lost = 0;
    let isBack = false;
    await ada.page.route('**/assets/engine-*.js', (route) => {
      if (isBack) return route.fallback();
      lost += 1;
      return route.abort();
    });
    for (const { page } of [ada, ben]) await button(page, 'Begin').click();
    await ada.page.getByText('A part of this page did not arrive.').waitFor();
    await button(ada.page, 'Load the page again').waitFor();
    isBack = true;
    for (const { page } of [ada, ben]) await page.getByRole('timer').waitFor();
    expect(lost).to.be.above(0);
    expect(ada.told[0]).to.include({ kind: 'code', screen: '/date' });
  });

  it('a screen that breaks says so, is told, and works again after a tap', async () => {
    const { page, told } = await somebody('Ada', 33);
    await page.route('**/api/matches*', (route) =>
      route.fulfill({ json: { matches: [null], next_cursor: null } }),
    );
    await page.getByRole('link', { name: 'Dance card', exact: true }).click();
    await page.getByRole('heading', { name: 'Something slipped' }).waitFor();
    await page.unroute('**/api/matches*');
    await page.getByRole('link', { name: 'To the start' }).waitFor();
    await button(page, 'Try again').click();
    await page
      .getByRole('heading', { name: 'Something slipped' })
      .waitFor({ state: 'hidden', timeout: 15_000 });
    expect(told.map(({ kind }) => kind)).to.deep.equal(['screen']);
  });
});
