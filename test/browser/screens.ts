import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import '../setup.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { closeAll } from '../end.ts';
import { openBrowser } from './chromium.ts';
import { startHouse } from './house.ts';
import { shrink } from './png.ts';
import { tour } from './tour.ts';

// `npm run screens`: a picture of every screen, at the width of a phone and of a desk, in docs/screens.

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'screens');
const mostBytes = 300_000;
const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

mkdirSync(folder, { recursive: true });
await buildClientIfStale();
const { adminTour } = await import('./adminTour.ts'); // reads settings that setup.ts has made meanwhile
const { adminEnv } = await import('./cases.ts');
const { front } = await startHouse();
const { front: backstage } = await startHouse(adminEnv);
const shots = new Map<string, Buffer>(); // shrunk afterwards: a date does not wait
try {
  const browser = await openBrowser();
  await tour(browser, front.address, picture, 25_000);
  await adminTour(browser, backstage.address, picture);
} finally {
  await closeAll();
}
for (const [file, shot] of shots) {
  const fine = shrink(shot);
  const png = fine.length > mostBytes ? shrink(shot, 4) : fine;
  writeFileSync(file, png);
  process.stdout.write(`${path.basename(file)} ${Math.round(png.length / 1024)} KB\n`);
}

/** Takes both pictures of a screen, once what moves has come to rest. */
async function picture(name: string, page: Page): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.waitForTimeout(500);
    const file = path.join(folder, `${name}-${size.width}.png`);
    shots.set(file, await page.screenshot());
  }
}
