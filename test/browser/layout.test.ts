import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { covered, cutOff } from './bounds.ts';
import { openBrowser, openShyBrowser } from './chromium.ts';
import { button, arrive, date, desk, phone, sayGoodbye, seesPartner, type Guest } from './guests.ts';
import { startHouse, type House } from './house.ts';

const sizes = {
  phone: { width: 390, height: 844 },
  'small phone': { width: 360, height: 640 },
  'phone on its side': { width: 844, height: 390 },
  'desk at 200 %': { width: 720, height: 450 },
  desk: { width: 1440, height: 900 },
};

describe('a date on any screen', function () {
  this.timeout(240_000);
  let house: House;
  let guests: Guest[] = [];
  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse({ ROUND_SECONDS: '300' });
  });
  afterEach(() => sayGoodbye(guests.splice(0)));
  after(() => house.stop());

  it('keeps every control in reach of a finger while the chat is open, which Escape closes without losing a word', async () => {
    const [mara] = (guests = await date(house, desk, desk));
    const page = mara.page;
    const found: string[] = [];
    for (const open of [false, true]) {
      if (open) await button(page, 'Chat').click();
      for (const [name, size] of Object.entries(sizes)) {
        await page.setViewportSize(size);
        await page.waitForTimeout(400);
        await shoot(page, `call-${open ? 'chat-' : ''}${size.width}`);
        for (const finding of [...(await covered(page)), ...(await cutOff(page))])
          found.push(`${name}, chat ${open ? 'open' : 'closed'}: ${finding}`);
      }
    }
    expect(found).to.deep.equal([]);
    const line = page.getByLabel('Write to Jonas');
    expect(await line.evaluate((input) => input === document.activeElement), 'focus in the chat').to.be.true;
    await line.fill('Half a sent');
    await page.keyboard.press('Escape');
    await line.waitFor({ state: 'hidden' });
    const toggle = button(page, 'Chat');
    expect(await toggle.evaluate((one) => one === document.activeElement), 'focus back').to.be.true;
    await toggle.click();
    expect(await line.inputValue()).to.equal('Half a sent');
  });

  it('sends the voice for as long as the space bar is held, and no longer', async () => {
    const [mara, jonas] = (guests = await date(house));
    await seesPartner(mara.page, 5);
    await button(mara.page, 'Mute').click();
    const muted = jonas.page.getByRole('img', { name: 'Mara has the microphone off' });
    await muted.waitFor();
    await mara.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await mara.page.keyboard.down(' ');
    await muted.waitFor({ state: 'hidden' });
    await mara.page.waitForTimeout(1_500);
    expect(await muted.count(), 'muted while the key is held').to.equal(0);
    await button(mara.page, 'Mute').waitFor();
    await mara.page.keyboard.up(' ');
    await muted.waitFor();
  });

  it('shows an upright picture whole on a wide screen', async () => {
    const upright = async (page: Page) =>
      page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 360, height: 640 });
          const context = canvas.getContext('2d')!;
          setInterval(() => {
            context.fillStyle = `hsl(${(performance.now() / 20) % 360} 60% 50%)`;
            context.fillRect(0, 0, 360, 640);
            context.fillStyle = 'white';
            context.fillRect(130, 20, 100, 100); // at the top, where a face is
          }, 50);
          return canvas.captureStream(20);
        };
      });
    guests = await arrive(house, desk, desk);
    const [mara, jonas] = guests.map(({ page }) => page) as [Page, Page];
    await jonas.reload();
    await upright(jonas);
    await button(jonas, 'Turn on camera and microphone').click();
    for (const page of [mara, jonas]) await button(page, 'Begin').click();
    await seesPartner(mara, 10);
    const fit = () =>
      mara.evaluate(() => {
        const video = [...document.querySelectorAll('video')].find(({ muted }) => !muted)!;
        return { fit: getComputedStyle(video).objectFit, upright: video.videoHeight > video.videoWidth };
      });
    await mara.waitForTimeout(500);
    await shoot(mara, 'upright-1440');
    expect(await fit()).to.deep.equal({ fit: 'contain', upright: true });
    await mara.setViewportSize({ width: 390, height: 844 });
    await mara.waitForTimeout(300);
    expect((await fit()).fit).to.equal('cover');
    await jonas.setViewportSize({ width: 390, height: 844 });
    await jonas.waitForTimeout(500);
    await shoot(jonas, 'wide-on-390');
  });

  it('is possible with camera and microphone both refused, and in writing with one tap', async () => {
    const browser = await openShyBrowser();
    const [vera, jonas] = (guests = await arrive(
      house,
      { ...phone, browser },
      { ...desk, browser: await openBrowser() },
    ));
    const page = vera.page;
    await page.getByRole('heading', { name: 'keeps the camera closed' }).waitFor();
    await shoot(page, 'refused-390');
    await page.getByRole('link', { name: 'Dates in writing instead' }).click();
    await page.getByLabel('In writing').waitFor();
    expect(await page.getByLabel('In writing').isChecked()).to.be.true;
    await page.getByLabel('On video').check();
    await button(page, 'On to the mirror').click();
    await button(page, 'Go without a camera').click();
    await page.getByText('No camera and no microphone').waitFor();
    await shoot(page, 'without-390');
    await button(page, 'Begin').click();
    await button(jonas.page, 'Begin').click();
    await seesPartner(page);
    await jonas.page.getByText('Mara has the camera off').waitFor();
  });

  it('goes on in writing, with the camera off, when no way is found for sound and picture', async () => {
    guests = await arrive(house, phone, desk);
    const [mara, jonas] = guests.map(({ page }) => page) as [Page, Page];
    const told: unknown[] = [];
    mara.on('request', (request) => {
      if (request.url().includes('/quality/')) told.push(request.postDataJSON());
    });
    for (const page of [mara, jonas]) await page.evaluate(noCandidates);
    for (const page of [mara, jonas]) await button(page, 'Begin').click();
    await mara.getByText('The rest of the time is yours in writing').waitFor({ timeout: 60_000 });
    await mara.getByLabel('Write to Jonas').fill('Can you read me?');
    await mara.keyboard.press('Enter');
    await shoot(mara, 'no-route-390');
    await jonas.getByText('Can you read me?').waitFor({ timeout: 30_000 });
    await shoot(jonas, 'no-route-1440');
    expect(told).to.deep.include({ no_route: true });
    expect(await mara.locator('video').count()).to.equal(0);
  });
});

/** Run in a page: no address of the partner's ever arrives, so that no way is found. */
const noCandidates = `{
  const { prototype } = RTCPeerConnection;
  const real = prototype.setRemoteDescription;
  prototype.addIceCandidate = () => Promise.resolve();
  prototype.setRemoteDescription = function ({ type, sdp }) {
    return real.call(this, { type, sdp: sdp.replace(/a=candidate.*\\r\\n/g, '') });
  };
}`;

/** A picture to look at, where SHOTS names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
