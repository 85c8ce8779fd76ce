import { expect } from 'chai';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { button, date, desk, phone, sayGoodbye, seesPartner, type Guest } from './guests.ts';
import { startHouse, type House } from './house.ts';
import { unhurried } from './unhurried.ts';

describe('Minuet in two browsers', function () {
  this.timeout(60_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse({ ROUND_SECONDS: '60' });
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  async function meet(...how: Parameters<typeof date> extends [House, ...infer Rest] ? Rest : never) {
    const [mara, jonas] = await date(house, ...how);
    guests = [mara, jonas];
    return { mara: mara.page, jonas: jonas.page };
  }

  for (const [name, how] of [
    ['on two desks', [desk, desk]],
    ['between a phone and a desk', [phone, desk]],
  ] as const)
    it(`shows both to each other ${name}`, async () => {
      const { mara, jonas } = await meet(...how);
      for (const page of [mara, jonas]) await seesPartner(page);
    });

  it('is back in the same date with a picture soon after a refresh, muted as before', async () => {
    const { mara, jonas } = await meet();
    for (const page of [mara, jonas]) await seesPartner(page, 5);
    await button(mara, 'Mute').click();
    await mara.reload();
    await seesPartner(mara, 1);
    const tookMs = await mara.evaluate(() => performance.now()); // which began with the page
    await seesPartner(jonas);
    await button(mara, 'Unmute').waitFor();
    expect(tookMs, 'from the new page to the partner’s picture').to.be.below(unhurried(1500));
  });

  it('moves on with Next, and says it kindly', async () => {
    const { mara, jonas } = await meet();
    await seesPartner(jonas, 5);
    await button(mara, 'Next person').click();
    await jonas.getByText('They moved on.').first().waitFor();
    for (const page of [mara, jonas])
      await page.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
  });

  it('goes home with End, and the other looks on', async () => {
    const { mara, jonas } = await meet();
    await seesPartner(jonas, 5);
    await button(mara, 'End the evening').click();
    await jonas.getByText('They had to go.').first().waitFor();
    await button(mara, 'Dance again').waitFor();
    expect(await videosOf(mara), 'pictures left on the screen').to.equal(0);
  });

  it('keeps a report at once, and asks for words after', async () => {
    const { mara, jonas } = await meet();
    await seesPartner(jonas, 5);
    await button(mara, 'Report and leave').click();
    await jonas.getByText('They had to go.').first().waitFor();
    await mara.getByLabel('In your words').fill('They would not stop shouting at me.');
    await button(mara, 'Send').click();
    await mara.getByLabel('In your words').waitFor({ state: 'hidden' });
  });

  it('is left alone by a second tab, goes on there when it is asked to, and comes back when that is closed', async () => {
    const { mara, jonas } = await meet();
    await seesPartner(jonas, 5);
    const second = await guests[0]!.context.newPage();
    await second.goto(new URL('/settings', mara.url()).href);
    await second.getByRole('heading', { name: 'Settings' }).waitFor();
    await second.goto(mara.url());
    await second.getByText('The date goes on in another tab').first().waitFor();
    await mara.getByRole('timer').waitFor({ timeout: 1_000 });
    await button(second, 'Bring it here').click();
    await seesPartner(second);
    await mara.getByText('The date goes on in another tab').first().waitFor();
    await second.close();
    await seesPartner(mara);
  });

  it('is a date in writing without any camera', async () => {
    const text = { mode: 'text' } as const;
    const { mara, jonas } = await meet(text, text);
    await mara.getByLabel('Write to Jonas').fill('Good evening!');
    await mara.keyboard.press('Enter');
    await jonas.getByText('Good evening!').waitFor();
    for (const page of [mara, jonas]) expect(await videosOf(page)).to.equal(0);
  });
});

describe('a whole date in two browsers', function () {
  this.timeout(60_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse({ ROUND_SECONDS: '8', DECISION_SECONDS: '10' });
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  it('counts down, asks both in secret, and tells of two yeses', async () => {
    const [mara, jonas] = (guests = await date(house, phone, desk));
    for (const { page } of [mara, jonas]) await seesPartner(page);
    await mara.page.getByText(/^0:0[1-5]$/).waitFor();
    for (const { page } of [mara, jonas])
      await page.getByRole('heading', { name: 'Would you like to see' }).waitFor();
    await button(mara.page, 'Yes, again').click();
    await mara.page.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
    await button(jonas.page, 'Yes, again').click();
    for (const { page } of [mara, jonas]) await page.getByText('You both said yes').first().waitFor();
  });
});

const videosOf = (page: Guest['page']): Promise<number> =>
  page.evaluate(() => [...document.querySelectorAll('video')].filter((video) => video.srcObject).length);
