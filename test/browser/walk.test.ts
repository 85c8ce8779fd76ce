import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { openBrowser } from './chromium.ts';
import { startHouse, type House } from './house.ts';

const mostScriptBytes = 120_000; // of the landing page, as they come over the wire

describe('the web client', function () {
  this.timeout(90_000);
  let house: House;

  before(async () => {
    await buildClientIfStale();
    house = await startHouse();
  });
  after(() => house.stop());

  /** A page, and everything it was not to do. */
  async function open(path = '/'): Promise<{ page: Page; complaints: string[] }> {
    const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(house.front.address)) complaints.push(`third party: ${request.url()}`);
    });
    await page.goto(house.front.address + path);
    return { page, complaints };
  }

  const comeIn = async (page: Page, name: string): Promise<void> => {
    await page.getByLabel('Your first name').fill(name);
    await page.getByLabel('Day').fill('1');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('1995');
    await page.getByLabel('something else').check();
    await page.getByRole('button', { name: 'Step in' }).click();
    await page.getByRole('button', { name: 'On to the mirror' }).click();
    await page.getByRole('button', { name: 'Turn on camera and microphone' }).click();
    await page.getByRole('button', { name: 'Begin' }).click();
  };

  /** Waits for a screen; where another one stays, says what stands there. */
  const comesTo = async (page: Page, heading: string): Promise<void> => {
    const arrival = page.getByRole('heading', { name: heading }).waitFor();
    await arrival.catch(async () => {
      throw new Error(`Instead of “${heading}”:\n${await page.locator('body').ariaSnapshot()}`);
    });
  };

  const isTalking = (page: Page) => page.getByRole('timer').waitFor({ timeout: 20_000 });

  it('opens with less than 120 KB of script, from here alone, and nothing that the content policy forbids', async () => {
    const { page, complaints } = await open();
    await page.getByRole('button', { name: 'Step in' }).waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    expect(bytes).to.be.within(50_000, mostScriptBytes);
    expect(complaints).to.deep.equal([]);
    await page.context().close();
  });

  it('can be walked from the door to the line with the keyboard alone', async () => {
    const { page, complaints } = await open();
    const focusOn = async (name: string | RegExp) => {
      for (let steps = 0; steps < 40; steps += 1) {
        await page.keyboard.press('Tab');
        const now = await page.evaluate(() => {
          const one = document.activeElement;
          if (one === document.body) return ''; // the focus is nowhere yet, and the body has every word in it
          const labels =
            one instanceof HTMLInputElement ? [...(one.labels ?? [])].map((label) => label.innerText) : [];
          return [one?.getAttribute('aria-label'), ...labels, one?.textContent].filter(Boolean).join(' ');
        });
        if (typeof name === 'string' ? now.includes(name) : name.test(now)) return;
      }
      throw new Error(`The focus never came to ${name.toString()}`);
    };
    await page.getByRole('button', { name: 'Step in' }).waitFor();
    await focusOn('Your first name');
    await page.keyboard.type('Kim');
    for (const [part, digits] of [
      ['Day', '1'],
      ['Month', '2'],
      ['Year', '1995'],
    ] as const) {
      await focusOn(part);
      await page.keyboard.type(digits);
    }
    await focusOn('a woman');
    await page.keyboard.press('ArrowRight'); // a man: a group of radio buttons is one stop
    await page.keyboard.press('Enter');
    await comesTo(page, 'A word before the dance');
    await focusOn('On to the mirror');
    await page.keyboard.press('Enter');
    await comesTo(page, 'Only you see this');
    await focusOn('Turn on camera and microphone');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    await focusOn('Begin');
    await page.keyboard.press('Enter');
    await comesTo(page, 'Looking for somebody');
    await focusOn('Stop looking');
    await page.keyboard.press('Enter');
    await comesTo(page, 'Ready when you are');
    expect(complaints).to.deep.equal([]);
    await page.context().close();
  });

  it('keeps a date through the back button, a refresh, and a second tab that is closed again', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await Promise.all([comeIn(one.page, 'Ada'), comeIn(other.page, 'Ben')]);
    await Promise.all([isTalking(one.page), isTalking(other.page)]);

    await one.page.goBack();
    await one.page.waitForURL('**/date');
    await isTalking(one.page);

    await one.page.reload();
    await isTalking(one.page);
    await one.page.waitForFunction(() =>
      [...document.querySelectorAll('video')].every(({ videoWidth }) => videoWidth > 0),
    );

    const second = await one.page.context().newPage();
    await second.goto(`${house.front.address}/date`);
    await second.getByRole('button', { name: 'Bring it here' }).click();
    await isTalking(second);
    await one.page.getByRole('button', { name: 'Bring it here' }).waitFor();
    await one.page.bringToFront();
    await second.close();
    await isTalking(one.page);

    await one.page.getByRole('button', { name: 'End the evening' }).click();
    await one.page.getByText('You ended the date.').first().waitFor();
    await other.page.getByText('They had to go.').first().waitFor();
    expect(
      [...one.complaints, ...other.complaints].filter((line) => !line.startsWith('Failed to load')),
    ).to.deep.equal([]);
    for (const { page } of [one, other]) await page.context().close();
  });

  it('says what to do when the camera is refused, and goes on without one', async () => {
    const { page } = await open();
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (wanted) =>
        wanted?.video ? Promise.reject(new DOMException('', 'NotAllowedError')) : real(wanted);
    });
    await page.reload();
    await page.getByLabel('Your first name').fill('Cleo');
    await page.getByLabel('Day').fill('1');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('1995');
    await page.getByLabel('a woman').check();
    await page.getByRole('button', { name: 'Step in' }).click();
    await page.getByRole('button', { name: 'On to the mirror' }).click();
    await page.getByRole('button', { name: 'Turn on camera and microphone' }).click();
    await comesTo(page, 'Your browser keeps the camera closed');
    await page.getByRole('button', { name: 'Go without a camera' }).click();
    await page.getByText('they will hear you').waitFor();
    await page.getByRole('button', { name: 'Begin' }).click();
    await comesTo(page, 'Looking for somebody');
    await page.context().close();
  });
});
