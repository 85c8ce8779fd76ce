import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { describeWith } from '../needs.ts';
import { hasCoturn, startCoturn, type Coturn } from './coturn.ts';
import { startHouse, type House } from './house.ts';
import { unhurried } from './unhurried.ts';
import { couple, partWith, reaches, seesFrames, twoPeople, type Someone } from './people.ts';

describeWith('coturn', hasCoturn(), 'a call through a relay alone', function () {
  this.timeout(90_000);
  let coturn: Coturn | undefined;
  let house: House | undefined;
  let people: Someone[] = [];
  before(async () => {
    coturn = await startCoturn();
    house = await startHouse({
      ROUND_SECONDS: '120',
      ICE_POLICY: 'relay',
      TURN_URLS: coturn.url,
      TURN_SECRET: coturn.secret,
    });
  });
  afterEach(() => partWith(people.splice(0)));
  after(async () => {
    await house?.stop();
    await coturn?.stop();
  });

  it('is seen on both sides, and no address but the relay’s is told', async () => {
    const [ada, ben] = (people = await couple(house!));
    for (const { page } of [ada, ben]) {
      await seesFrames(page);
      expect(await page.evaluate(() => window.bare.call?.look())).to.include({ relayed: true });
      const told = await page.evaluate(() => window.bare.connections.at(-1)?.localDescription?.sdp ?? '');
      expect(told).to.include('typ relay').and.not.include('typ host');
    }
  });

  it('notices that the media has stopped, and finds a new way within seconds', async () => {
    const [ada, ben] = (people = await couple(house!));
    for (const { page } of [ada, ben]) await seesFrames(page);
    await ada.page.evaluate(noteStall);
    const before = (await ada.page.evaluate(() => window.bare.call?.look()))?.framesDecoded ?? 0;
    await coturn!.restart();
    await ada.page.waitForFunction(() => (window.stall?.recovered ?? 0) > 0, undefined, { timeout: 15_000 });
    await seesFrames(ada.page, before + 15);

    const { noticed, recovered } = await ada.page.evaluate(
      () => window.stall ?? { noticed: 0, recovered: 0 },
    );
    expect(recovered - noticed, 'from the banner to the picture').to.be.below(unhurried(3_000));
    expect(await ada.page.evaluate(() => window.bare.connections.length)).to.equal(1);
  });

  it('gets fresh credentials once when the first have expired', async () => {
    people = await twoPeople(house!, { prepare: (page) => expireCredentials(page, coturn!, 1) });
    for (const { page } of people) await reaches(page, 'connected', 16_000);
    for (const { page } of people) await seesFrames(page);
  });

  it('says that there is no way when no credentials are good', async () => {
    people = await twoPeople(house!, { prepare: (page) => expireCredentials(page, coturn!, Infinity) });
    for (const { page } of people) await reaches(page, 'failed', 40_000);
    const { error } = (await people[0]!.page.evaluate(() => window.bare.call?.getSnapshot())) ?? {};
    expect(error?.code).to.equal('no_route');
  });
});

declare global {
  interface Window {
    stall?: { noticed: number; recovered: number };
  }
}

function noteStall(): void {
  const { call } = window.bare;
  const stall = (window.stall = { noticed: 0, recovered: 0 });
  call?.subscribe(() => {
    const { phase } = call.getSnapshot();
    if (phase === 'reconnecting') stall.noticed ||= performance.now();
    if (phase === 'connected' && stall.noticed > 0) stall.recovered ||= performance.now();
  });
}

/** Lets the server's first answers with credentials carry ones that were good an hour ago. */
async function expireCredentials(page: Page, coturn: Coturn, times: number): Promise<void> {
  let left = times;
  await page.route(/\/api\/video\/(join-call|session)\//, async (route) => {
    const response = await route.fetch();
    if (left <= 0 || !response.ok()) return route.fulfill({ response });
    left -= 1;
    const body = (await response.json()) as { ice_servers: object[] };
    const old = coturn.credential(Math.floor(Date.now() / 1000) - 3600, 'somebody');
    body.ice_servers = body.ice_servers.map((server) => ({ ...server, ...old }));
    return route.fulfill({ response, json: body });
  });
}
