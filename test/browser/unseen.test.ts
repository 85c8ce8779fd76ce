import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { button, arrive, desk, phone, sayGoodbye, seesPartner, type Guest } from './guests.ts';
import { cutOff } from './bounds.ts';
import { startHouse, type House } from './house.ts';

describe('a person who looks elsewhere', function () {
  this.timeout(90_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse({ ROUND_SECONDS: '60' });
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  /** Mara searches and goes elsewhere; then Jonas comes. */
  async function paired(elsewhere: (mara: Page) => Promise<unknown>): Promise<{ mara: Page; jonas: Page }> {
    const [mara, jonas] = (guests = await arrive(house, phone, desk));
    await button(mara.page, 'Begin').click();
    await mara.page.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
    await elsewhere(mara.page);
    await button(jonas.page, 'Begin').click();
    return { mara: mara.page, jonas: jonas.page };
  }

  it('is told on every screen that the search goes on, with the camera off, and can stop it there', async () => {
    const [mara] = (guests = await arrive(house, phone));
    await watchTracks(mara.page);
    await button(mara.page, 'Begin').click();
    await mara.page.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
    for (const [way, heading] of [
      ['Dance card', 'Your dance card'],
      ['Settings', 'Settings'],
    ] as const) {
      await mara.page.getByRole('link', { name: way, exact: true }).click();
      await mara.page.getByRole('heading', { name: heading, exact: true }).waitFor();
      await mara.page.getByText('We are looking for somebody for you').waitFor();
      expect(await liveTracks(mara.page), `camera and microphone on ${heading}`).to.equal(0);
      expect(await cutOff(mara.page)).to.deep.equal([]);
    }
    await button(mara.page, 'Stop looking').click();
    await mara.page.getByText('We are looking for somebody for you').waitFor({ state: 'hidden' });
    await mara.page.getByRole('link', { name: 'Date', exact: true }).click();
    await button(mara.page, 'To the mirror').waitFor();
  });

  it('is asked before a date begins, keeps what they were typing, and is seen only after a tap', async () => {
    const { mara, jonas } = await paired(async (page) => {
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByLabel('A line or two about you').fill('I was just writing this');
    });
    await mara.getByText('Jonas is here').first().waitFor({ timeout: 20_000 });
    await jonas.getByText('Here comes Mara').first().waitFor();
    await mara.waitForTimeout(3_000);
    expect(await mara.getByLabel('A line or two about you').inputValue()).to.equal('I was just writing this');
    expect(await jonas.getByRole('timer').count(), 'the date has begun').to.equal(0);
    await mara.getByRole('button', { name: /^Join the date \(\d+ s\)$/ }).click();
    await Promise.all([seesPartner(mara), seesPartner(jonas)]);
    await button(mara, 'End the evening').click();
    await mara.getByRole('heading', { name: 'That was the evening' }).waitFor();
    await mara.getByRole('link', { name: 'Settings' }).click();
    expect(await mara.getByLabel('A line or two about you').inputValue()).to.equal('I was just writing this');
  });

  it('is asked in a hidden tab, and coming back to it is not yet a yes', async () => {
    const { mara, jonas } = await paired((page) => hide(page, true));
    await mara.waitForFunction(() => document.title.startsWith('Jonas is here'), undefined, {
      timeout: 20_000,
    });
    await hide(mara, false);
    await mara.waitForTimeout(1_500);
    expect(await jonas.getByRole('timer').count(), 'the date has begun').to.equal(0);
    await mara.getByRole('button', { name: /^Join the date/ }).click();
    await Promise.all([seesPartner(mara), seesPartner(jonas)]);
  });

  it('is told that the time to join is over, and their partner looks on', async () => {
    const { mara, jonas } = await paired((page) => page.getByRole('link', { name: 'Settings' }).click());
    await mara.getByText('Jonas is here').first().waitFor({ timeout: 20_000 });
    await mara.getByText('You did not join in time').waitFor({ timeout: 25_000 });
    await jonas.getByText('They could not come').first().waitFor({ timeout: 15_000 });
  });
});

/** Playwright keeps every page visible; this page says of itself that it is not. */
const hide = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    const value = hidden ? 'hidden' : 'visible';
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** Counts from now on what getUserMedia gives; what was given before is asked for again. */
async function watchTracks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const given: MediaStreamTrack[] = [];
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await real(wanted);
      given.push(...stream.getTracks());
      return stream;
    };
    Object.assign(window, { given });
  });
  await page.reload();
  await button(page, 'Turn on camera and microphone').click();
}

const liveTracks = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      (window as unknown as { given: MediaStreamTrack[] }).given.filter(
        ({ readyState }) => readyState === 'live',
      ).length,
  );
