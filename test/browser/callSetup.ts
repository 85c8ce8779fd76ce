import path from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from './chromium.ts';
import { buildPages } from './pages.ts';
import { closeAll } from '../end.ts';
import { openHouse, workerFile } from '../bench/house.ts';
import { background, measured } from '../bench/process.ts';
import { median, percentile, print, round, save } from '../bench/table.ts';

const rounds = 12;
const warmUps = 1;

interface Couple {
  pages: [Page, Page];
  setups: number[];
  requests: number[];
}

/** Measures call set-up in two Chromium pages; declared in test/bench/callSetup.ts. */
export async function run(): Promise<void> {
  const closeHouse = await openHouse();
  const endless = {
    ROUND_SECONDS: '600',
    REMATCH: 'cooldown',
    REMATCH_COOLDOWN_SECONDS: '0.2',
    SKIP_COOLDOWNS: '9999:1',
  };
  const file = path.join(import.meta.dirname, '..', 'bench', 'pagesApi.ts');
  const api = await measured(file, { ...endless, PAGES: await buildPages() });
  const worker = background(workerFile, endless);
  try {
    report(await measure(api.url));
  } finally {
    await closeAll();
    await Promise.all([api.stop(), worker.stop()]);
    await closeHouse();
  }
}

async function measure(address: string) {
  const ours = await openCouple(address, '', 30);
  const guide = await openCouple(address, 'every=2000', 50);
  const loopback = await openPage(address, 'loopback.html');
  const limit: number[] = [];
  const reloads: number[] = [];
  for (let turn = 0; turn < rounds + warmUps; turn += 1) {
    limit.push(await loopback.evaluate(() => window.loopback()));
    await meet(ours);
    reloads.push(await reload(ours.pages[turn % 2 === 0 ? 0 : 1]));
    await part(ours);
    await meet(guide);
    await part(guide);
  }
  return {
    limit: limit.slice(warmUps),
    ours: ours.setups.slice(2 * warmUps),
    guide: guide.setups.slice(2 * warmUps),
    requests: ours.requests.slice(warmUps),
    reloads: reloads.slice(warmUps),
  };
}

async function openPage(address: string, file: string): Promise<Page> {
  const context = await (await openBrowser()).newContext();
  const page = await context.newPage();
  await page.goto(`${address}/${file}`);
  return page;
}

async function openCouple(address: string, query: string, age: number): Promise<Couple> {
  const pages = await Promise.all([
    openPage(address, `date.html?${query}`),
    openPage(address, `date.html?${query}`),
  ]);
  for (const page of pages) {
    await page.evaluate(
      (birth_date) => window.bare.api.guest({ display_name: 'Ada', birth_date, gender: 'other' }),
      `${new Date().getUTCFullYear() - age}-01-01`,
    );
    await page.evaluate(() => window.bare.stream.then(() => undefined)); // the camera is there before a match is
  }
  return { pages, setups: [], requests: [] };
}

async function meet({ pages, setups, requests }: Couple): Promise<void> {
  for (const page of pages)
    await page.evaluate(async () => {
      window.bare.marks = { loaded: 0 };
      window.bare.asked.length = 0;
      await window.bare.journey.start({ mode: 'video' });
    });
  for (const page of pages) setups.push(await setupMs(page));
  const asked = await Promise.all(pages.map((page) => page.evaluate(() => window.bare.asked)));
  requests.push(asked.flat().filter((url) => /\/api\/video\/(?!quality)/.test(url)).length);
}

async function setupMs(page: Page): Promise<number> {
  await page.waitForFunction(() => window.bare.marks.frame !== undefined, undefined, {
    polling: 20,
    timeout: 30_000,
  });
  return page.evaluate(() => (window.bare.marks.frame ?? NaN) - (window.bare.marks.known ?? NaN));
}

/** Loads the page anew in the middle of the call. @returns from the beginning of the new page to the partner's picture, ms */
async function reload(page: Page): Promise<number> {
  await page.reload();
  await page.waitForFunction(() => window.bare.marks.frame !== undefined, undefined, {
    polling: 20,
    timeout: 30_000,
  });
  return page.evaluate(() => window.bare.marks.frame ?? NaN); // performance.now() begins with the page
}

async function part({ pages }: Couple): Promise<void> {
  await pages[0].evaluate(() => window.bare.journey.skip().then(() => undefined));
  for (const page of pages)
    await page.waitForFunction(() => window.bare.call === null, undefined, { polling: 20, timeout: 15_000 });
  for (const page of pages) await page.evaluate(() => window.bare.journey.end());
}

function report(measured: Awaited<ReturnType<typeof measure>>): void {
  const limitMs = median(measured.limit);
  const row = (name: string, values: number[]) => ({
    name,
    'median ms': round(median(values), 0),
    'p90 ms': round(percentile(values, 0.9), 0),
    'times the limit': round(median(values) / limitMs, 2),
    runs: values.length,
  });
  const rows = [
    row('two connections in one page', measured.limit),
    row('ours: held polls', measured.ours),
    row('a poll every 2 s', measured.guide),
    row('reload to picture', measured.reloads),
  ];
  print(rows);
  const requests = { median: median(measured.requests), most: Math.max(...measured.requests) };
  const verdict = {
    timesLimit: round(median(measured.ours) / limitMs, 2),
    fasterThanGuide: round(median(measured.guide) / median(measured.ours), 1),
    reloadMs: round(median(measured.reloads), 0),
    signallingRequests: requests,
  };
  print([verdict]);
  save('call-setup', { unit: 'ms', rows, verdict, raw: measured });
}
