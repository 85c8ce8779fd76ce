import { expect } from 'chai';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { adminTour } from './adminTour.ts';
import { findings, settle } from './axe.ts';
import { cutOff } from './bounds.ts';
import { adminEnv } from './cases.ts';
import { openBrowser } from './chromium.ts';
import { startHouse, type House } from './house.ts';
import { lasting } from './lasting.ts';
import { tour } from './tour.ts';

const looks = [
  { size: { width: 390, height: 844 }, colorScheme: 'light' },
  { size: { width: 1440, height: 900 }, colorScheme: 'dark' },
] as const;
const otherSizes = [
  { width: 360, height: 740 },
  { width: 844, height: 390 },
] as const;

describe('every screen', function () {
  this.timeout(390_000);
  let house: House;

  before(buildClientIfStale);
  afterEach(() => house.stop());

  for (const [who, go, names] of [
    ['guests', tour, ['landing', 'mirror', 'waiting', 'call', 'decision', 'match', 'written', 'flag']],
    ['moderators', adminTour, ['admin-flags', 'admin-flag', 'admin-appeals', 'admin-log', 'restricted']],
  ] as const)
    it(`of ${who} gives axe-core nothing to say and cuts nothing off, by day and by night, on a phone both ways up and on a desk`, async () => {
      house = await startHouse({ ROUND_SECONDS: '120', DECISION_SECONDS: '60', ...adminEnv });
      const found: string[] = [];
      const visited: string[] = [];

      await go(await openBrowser(), house.front.address, async (name, page) => {
        visited.push(name);
        for (const { size, colorScheme } of looks) {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await settle(page);
          for (const finding of [...(await findings(page)), ...(await cutOff(page))])
            found.push(`${name} at ${size.width}: ${finding}`);
        }
        for (const size of otherSizes) {
          await page.setViewportSize(size);
          for (const finding of await lasting(() => cutOff(page)))
            found.push(`${name} at ${size.width}: ${finding}`);
        }
      });

      expect(found.join('\n')).to.equal('');
      expect(visited).to.include.members([...names]);
    });
});
