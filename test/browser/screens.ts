import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import '../setup.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { closeAll } from '../end.ts';
import { openBrowser } from './chromium.ts';
import { company } from './company.ts';
import { startHouse } from './house.ts';
import { past } from './past.ts';
import { shrink } from './png.ts';
import { tour } from './tour.ts';

// `npm run screens`: a picture of every screen, at the width of a phone and of a desk, in docs/screens.
// `npm run screens -- dashboard`: only those of one part.

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
const { emptyDashboard, fullDashboard } = await import('./dashboardTour.ts');
const shots = new Map<string, Buffer>(); // shrunk afterwards: a date does not wait
const parts = {
  people: async () => {
    const { front } = await startHouse();
    await tour(await openBrowser(), front.address, picture, 25_000);
  },
  moderators: async () => {
    const { front } = await startHouse(adminEnv);
    await adminTour(await openBrowser(), front.address, picture);
  },
  dashboard: async () => {
    const { front: empty } = await startHouse(adminEnv);
    await emptyDashboard(await openBrowser(), empty.address, picture);
    const { front: full } = await startHouse(adminEnv, past(30, 120));
    await company(full.address);
    await fullDashboard(await openBrowser(), full.address, picture);
  },
};
const asked = process.argv.slice(2);
try {
  for (const [name, take] of Object.entries(parts))
    if (asked.length === 0 || asked.includes(name)) await take();
} finally {
  await closeAll();
}
for (const [file, shot] of shots) {
  const fine = shrink(shot);
  const png = fine.length > mostBytes ? shrink(shot, 4) : fine;
  writeFileSync(file, png);
  process.stdout.write(`${path.basename(file)} ${Math.round(png.length / 1024)} KB\n`);
}

/** Takes both pictures of a screen, once what moves has come to rest; of the dashboard, down to its end. */
async function picture(name: string, page: Page): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.waitForTimeout(500);
    const file = path.join(folder, `${name}-${size.width}.png`);
    shots.set(file, await page.screenshot({ fullPage: name === 'admin' || name === 'admin-empty' }));
  }
}
