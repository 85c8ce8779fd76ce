import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { signedInAnswer } from '#core/wire/account.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { generator } from '../bench/population.ts';
import { guestInput } from '../build.ts';
import { guest } from '../story/guest.ts';
import { adminEnv, flagged, hire, openAs, post, type Staff } from './cases.ts';
import { openBrowser } from './chromium.ts';
import { startHouse, type House } from './house.ts';
import { strangersSearch } from './strangers.ts';
import { step, type Memory, type Values } from './walker.ts';
import { watch } from './walkerWatch.ts';

const seed = Number(process.env.WALKER_SEED ?? 1);
const steps = Number(process.env.WALKER_STEPS ?? 12); // for each person at each size
const sizes = [
  { width: 360, height: 740 },
  { width: 390, height: 844 },
  { width: 844, height: 390 },
  { width: 1440, height: 900 },
];

describe(`a walker who presses everything, with seed ${seed}`, function () {
  this.timeout(120_000 + 16 * steps * 4_000);
  let house: House;
  let address: string;
  let strangersGo: (() => Promise<void>) | undefined;
  let staff: { ines: Staff; kofi: Staff };
  const screens = new Set<string>();
  let taken = 0;

  before(async () => {
    await buildClientIfStale();
    house = await startHouse({
      ...adminEnv,
      ROUND_SECONDS: '6',
      DECISION_SECONDS: '6',
      SKIP_COOLDOWNS: '9999:1',
    });
    address = house.front.address;
    staff = await hire(address);
    await flagged(address, await guest([address], { display_name: 'Viktor' }), {
      by: 'Noor',
      category: 'scam',
    });
    strangersGo = strangersSearch(address);
  });
  after(async () => {
    await strangersGo?.();
    await house.stop();
  });
  after(() => console.log(`${screens.size} screens × ${sizes.length} sizes, ${taken} steps, seed ${seed}`));

  // The restricted person comes last: a restriction reaches everybody who comes from the same address afterwards.
  for (const who of ['guest', 'member', 'moderator', 'restricted'] as const)
    it(`finds nothing wrong as a ${who}`, async () => {
      const random = generator(seed + who.length);
      const found = new Map<string, string>();
      const memory: Memory = { pressed: new Map() };
      const { page, email, starts } = await enter(who);
      const look = await watch(page);
      await page.goto(address + starts[0]!);
      for (const [at, size] of sizes.entries()) {
        await page.setViewportSize(size);
        memory.pressed.clear();
        if (at > 0) await page.goto(address + starts[1 + ((seed + at) % 3)]!);
        for (let at = 0; at < steps; at += 1) {
          const done = await step(page, random, memory, valuesOf(email, random));
          taken += 1;
          if (process.env.WALKER_TRACE) console.log(`${size.width} ${at} ${done.screen}: ${done.did}`);
          screens.add(done.screen);
          for (const finding of await look.after(done))
            if (!found.has(finding))
              found.set(
                finding,
                `${who} at ${size.width}, step ${at}, ${new URL(page.url()).pathname}: ${done.did}: ${finding}`,
              );
        }
      }
      await page.context().close();
      expect([...found.values()]).to.deep.equal([]);
    });

  /** A browser of this person's, and where they begin at each size; the first address comes first. */
  async function enter(
    who: 'guest' | 'member' | 'moderator' | 'restricted',
  ): Promise<{ page: Page; email: string; starts: string[] }> {
    const browser = await openBrowser();
    if (who === 'moderator')
      return {
        page: await openAs(browser, address, staff.kofi),
        email: 'kofi@example.org',
        starts: ['/admin', '/admin/flags', '/admin/restrictions', '/admin/rounds'],
      };
    if (who === 'guest') {
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
      return {
        page: await context.newPage(),
        email: 'new@example.org',
        starts: ['/', '/welcome/mirror', '/register', '/welcome/mirror'],
      };
    }
    const email = `${who}@example.org`;
    const { user, access_token, refresh_token } = signedInAnswer.parse(
      await post(address, 'POST', '/api/auth/register', {
        ...guestInput(),
        email,
        password: adminEnv.ADMIN_PASSWORD,
      }),
    );
    if (who === 'restricted')
      await post(
        address,
        'POST',
        '/api/admin/restrictions',
        {
          user_id: user.id,
          kind: 'restriction',
          hours: 72,
          category: 'scam',
          reason: 'You asked somebody for money.',
        },
        staff.ines,
      );
    const page = await openAs(browser, address, { token: access_token, refreshToken: refresh_token });
    return {
      page,
      email,
      starts:
        who === 'member'
          ? ['/settings', '/welcome/mirror', '/matches', '/welcome/mirror']
          : ['/date', '/settings', '/matches', '/welcome'],
    };
  }
});

let strangers = 0;

/** What a person would write into a field of this name. */
const valuesOf =
  (email: string, random: () => number): Values =>
  (type, name) => {
    if (type === 'email') return random() < 0.5 ? email : `stranger-${(strangers += 1)}@example.org`;
    if (type === 'password') return adminEnv.ADMIN_PASSWORD;
    if (/^day|^month/i.test(name)) return String(1 + Math.floor(random() * 12));
    if (/year/i.test(name)) return String(1960 + Math.floor(random() * 40));
    if (type === 'number') return String(18 + Math.floor(random() * 60));
    if (type === 'date') return '2026-11-01';
    if (/reach/i.test(name)) return '@walker.somewhere';
    return ['Kim', 'jazz and climbing', 'Good evening, how was your week?', '🦊 Søren'][
      Math.floor(random() * 4)
    ]!;
  };
