import type { Browser } from 'playwright-core';
import { button, comeIn, mara, type Visit } from './visitor.ts';

/** What goes wrong in good houses, too. */
export async function troubles(browser: Browser, address: string, visit: Visit): Promise<void> {
  await refused(browser, address, visit);
  await cooling(browser, address, visit);
}

async function refused(browser: Browser, address: string, visit: Visit): Promise<void> {
  const page = await comeIn(browser, address, { ...mara, name: 'Vera' });
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await page.getByRole('link', { name: 'Change my wishes' }).click();
  await button(page, 'On to the mirror').click();
  await button(page, 'Turn on camera and microphone').click();
  await page.getByRole('heading', { name: 'keeps the camera closed' }).waitFor();
  await visit('mirror-blocked', page);
  await page.context().close();
}

/** After many early exits; then the same evening in another tab. */
async function cooling(browser: Browser, address: string, visit: Visit): Promise<void> {
  const page = await comeIn(browser, address, { ...mara, name: 'Nora' });
  await page.route('**/next-match*', async (route) => {
    const response = await route.fetch();
    const { queue, ...rest } = (await response.json()) as { queue: object | null };
    const cooldown_until = new Date(Date.now() + 58_000).toISOString();
    await route.fulfill({ response, json: { ...rest, queue: queue && { ...queue, cooldown_until } } });
  });
  await button(page, 'Begin').click();
  await page.getByText('A short breather').waitFor();
  await visit('waiting-cooldown', page);
  const other = await page.context().newPage();
  await other.goto(`${address}/date`);
  await other.getByText('goes on in another tab').waitFor(); // a second tab takes nothing until it is asked to
  await visit('elsewhere', other);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.context().close();
}
