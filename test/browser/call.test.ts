import { expect } from 'chai';
import type { Passed } from './front.ts';
import { startHouse, type House } from './house.ts';
import { unhurried } from './unhurried.ts';
import { openShyBrowser } from './chromium.ts';
import { comesTo, couple, partWith, reaches, seesFrames, type Someone } from './people.ts';

describe('a call in two browsers', function () {
  this.timeout(60_000);
  let house: House;
  let people: Someone[] = [];
  before(async () => {
    house = await startHouse({ ROUND_SECONDS: '60' });
  });
  afterEach(async () => {
    house.front.fate = () => 'passes';
    await partWith(people.splice(0));
  });
  after(() => house.stop());

  const meet = async (...how: Parameters<typeof couple> extends [House, ...infer Rest] ? Rest : never) => {
    const [ada, ben] = await couple(house, ...how);
    people = [ada, ben];
    return { ada: ada.page, ben: ben.page };
  };
  const journeyOf = ({ page }: Someone) => page.evaluate(() => window.bare.journey.getSnapshot());

  it('is connected with at most sixteen signalling requests of both sides together', async () => {
    const from = house.front.passed.length;
    await meet();
    const signalling = house.front.passed.slice(from).filter(isSignalling);
    expect(signalling.length).to.be.at.most(16);
  });

  it('holds one request for each person, and that is the signals read', async () => {
    await meet();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const held = heldOf(house);
    expect(held.map((one) => one.path.split('/')[3])).to.deep.equal(['signals', 'signals']);
    expect(new Set(held.map((one) => one.token)).size).to.equal(2);
  });

  it('is skipped by one, and both search again', async () => {
    const { ada, ben } = await meet();
    await ada.evaluate(() => window.bare.journey.skip().then(() => undefined));
    for (const page of [ada, ben]) await comesTo(page, 'WAITING');
    for (const page of [ada, ben]) expect(await page.evaluate(() => window.bare.call)).to.be.null;
    const { notice } = await journeyOf(people[1]!);
    expect(notice).to.include({ reason: 'skip', initiated_by: 'partner' });
  });

  it('is ended by one, who goes home, and the other searches again', async () => {
    const { ada, ben } = await meet();
    await ada.evaluate(() => window.bare.journey.endCall().then(() => undefined));
    await comesTo(ben, 'WAITING');
    await comesTo(ada, 'IDLE');
    expect((await journeyOf(people[1]!)).notice).to.include({ reason: 'end', initiated_by: 'partner' });
  });

  it('is flagged by one: it is saved, and the other only hears that it has ended', async () => {
    const { ada, ben } = await meet();
    const flag = await ada.evaluate(() => window.bare.journey.flag());
    await comesTo(ben, 'WAITING');
    await comesTo(ada, 'IDLE');
    expect(flag.status).to.equal('pending');
    expect((await journeyOf(people[1]!)).notice).to.include({ reason: 'end', initiated_by: 'partner' });
    const flags = await ada.evaluate(() => window.bare.api.flags());
    expect(flags.total).to.equal(1);
  });

  for (const who of ['offerer', 'answerer'] as const)
    it(`goes on after a refresh of the ${who}, muted as they were`, async () => {
      const { ada, ben } = await meet();
      const role = await ada.evaluate(() => window.bare.journey.getSnapshot().match?.role);
      const [back, other] = role === who ? [ada, ben] : [ben, ada];
      await back.evaluate(() => window.bare.call?.setMicrophone(false));
      await back.reload();
      await back.waitForFunction(() => window.bare.marks.frame !== undefined, undefined, { polling: 20 });
      const tookMs = await back.evaluate(() => window.bare.marks.frame ?? NaN);
      await seesFrames(other);

      const connections = await other.evaluate(() =>
        window.bare.connections.map((one) => one.connectionState),
      );
      expect(connections, 'of the partner, one for each page').to.deep.equal(['closed', 'connected']);
      expect(tookMs, 'from the new page to the partner’s picture').to.be.below(unhurried(1500));
      expect(await back.evaluate(() => window.bare.call?.getSnapshot())).to.include({
        microphone: false,
        camera: true,
      });
      expect(await other.evaluate(() => window.bare.call?.getSnapshot().peer)).to.include({
        microphone: false,
      });
    });

  it('connects although each signal’s first answer was lost on its way', async () => {
    const lost: string[] = [];
    const isLost = (answer: string) => {
      const [, description] = /"type":"(offer|answer)"/.exec(answer) ?? [];
      if (description === undefined || lost.includes(description)) return false;
      lost.push(description);
      return true;
    };
    house.front.fate = ({ path }) => (path.includes('/signals/') ? { losesIf: isLost } : 'passes');
    const { ada, ben } = await meet();
    expect(lost).to.have.members(['offer', 'answer']);
    for (const page of [ada, ben]) await seesFrames(page);
  });

  it('connects although what was sent was lost, and then the answer to it: nothing arrives twice', async () => {
    const sent = new Map<string, number>();
    house.front.fate = ({ path, token }) => {
      if (path !== '/api/video/send-signal') return 'passes';
      sent.set(token, (sent.get(token) ?? 0) + 1);
      return (['request_lost', 'answer_lost'] as const)[(sent.get(token) ?? 0) - 1] ?? 'passes';
    };
    const { ada, ben } = await meet();
    expect([...sent.values()].every((times) => times >= 2)).to.be.true;
    for (const page of [ada, ben]) {
      await seesFrames(page);
      expect(await page.evaluate(() => window.bare.connections.length)).to.equal(1);
    }
  });

  it('connects where a proxy cuts every held request, and asks at intervals from then on', async () => {
    house.front.fate = ({ path }) => (isHeld(path) ? { cutAfterMs: 1000 } : 'passes');
    const { ada, ben } = await meet();
    for (const page of [ada, ben]) {
      await page.waitForFunction(() => window.bare.api.holding.isCut(), undefined, { timeout: 10_000 });
      await seesFrames(page);
    }
    const from = house.front.passed.length;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const asked = house.front.passed.slice(from).filter(({ path }) => path.includes('/signals/'));
    expect(asked.length).to.be.within(2, 5);
    expect(asked.some(({ path }) => isHeld(path))).to.be.false;
    for (const page of [ada, ben])
      expect(await page.evaluate(() => window.bare.journey.getSnapshot().health)).to.equal('ok');
  });

  it('survives that both look for a new way at the same moment, again and again', async () => {
    const { ada, ben } = await meet();
    for (let time = 0; time < 8; time += 1) {
      await Promise.all(
        [ada, ben].map((page) => page.evaluate(() => window.bare.connections[0]?.restartIce())),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const page of [ada, ben])
        await page.waitForFunction(() => window.bare.connections[0]?.signalingState === 'stable');
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const page of [ada, ben]) {
      const before = (await page.evaluate(() => window.bare.call?.look()))?.framesDecoded ?? 0;
      await seesFrames(page, before + 15);
      expect(await page.evaluate(() => window.bare.connections.length)).to.equal(1);
    }
    const glares = await Promise.all([ada, ben].map((page) => page.evaluate(() => window.bare.glares)));
    expect(
      glares.map(({ refused }) => refused),
      'descriptions that did not fit',
    ).to.deep.equal([0, 0]);
    expect(Math.max(...glares.map(({ yielded }) => yielded)), 'offers taken back').to.be.above(0);
    expect(Math.min(...glares.map(({ yielded }) => yielded)), 'by the polite one alone').to.equal(0);
  });

  it('is joined once by a page whose React mounts everything twice', async () => {
    const from = house.front.passed.length;
    const { ada, ben } = await meet({ query: 'strict' });
    for (const page of [ada, ben]) await seesFrames(page);
    const joins = house.front.passed.slice(from).filter(({ path }) => path.includes('/join-call/'));
    expect(joins).to.have.length(2);
    for (const page of [ada, ben])
      expect(
        await page.evaluate(() => window.bare.connections.map((one) => one.connectionState)),
      ).to.deep.equal(['connected']);
  });

  it('tells the partner when the camera goes off and on, and shows black meanwhile', async () => {
    const { ada, ben } = await meet();
    await seesFrames(ben);
    await ada.evaluate(() => window.bare.call?.setCamera(false));
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().peer.camera === false);
    await ben.waitForFunction(brightness, 20, { polling: 100 });
    await ada.evaluate(() => window.bare.call?.setCamera(true));
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().peer.camera === true);
    expect(await ben.evaluate(() => window.bare.call?.getSnapshot().phase)).to.equal('connected');
  });

  it('has somebody without camera and microphone, who sees the other', async () => {
    const { ada, ben } = await meet({ query: 'media=none' }, {});
    await seesFrames(ada);
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().peer.camera === false);
    // What cannot come is not missed.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (const page of [ada, ben])
      expect(await page.evaluate(() => window.bare.call?.getSnapshot().phase)).to.equal('connected');
  });

  it('refuses nobody who refused the camera', async () => {
    const browser = await openShyBrowser();
    try {
      const { ada } = await meet({ browser }, {});
      await seesFrames(ada);
      expect(await ada.evaluate(() => window.bare.stream)).to.be.null;
    } finally {
      await partWith(people.splice(0));
      await browser.close();
    }
  });

  it('sends another device’s picture without negotiating anew', async () => {
    const { ada, ben } = await meet({ query: 'media=none' }, {});
    const from = house.front.passed.length;
    await ada.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      window.bare.call?.useStream(stream);
    });
    await seesFrames(ben);
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().peer.camera === true);
    const posts = house.front.passed.slice(from).filter(({ path }) => path === '/api/video/send-signal');
    expect(posts.length, 'the media-state alone').to.equal(1);
  });

  it('moves to a second tab that asks for it, and the first one says so', async () => {
    const { ada, ben } = await meet();
    const second = await people[0]!.context.newPage();
    await second.goto(ada.url());
    await second.waitForFunction(() => window.bare.journey.getSnapshot().elsewhere);
    await seesFrames(ada); // nothing is taken from the first tab by opening a second one
    await second.evaluate(() => window.bare.journey.takeBack());
    await reaches(second, 'connected');
    await seesFrames(second);
    await seesFrames(ben);
    expect(await ada.evaluate(() => window.bare.journey.getSnapshot().elsewhere)).to.be.true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(heldOf(house), 'one of the second tab’s and one of the partner’s').to.have.length(2);

    await ada.evaluate(() => window.bare.journey.takeBack());
    await reaches(ada, 'connected');
    expect(await second.evaluate(() => window.bare.journey.getSnapshot().elsewhere)).to.be.true;
  });

  it('moves to another device, and the first one says so', async () => {
    const { ada, ben } = await meet();
    const elsewhere = await ada
      .context()
      .browser()!
      .newContext({ storageState: await ada.context().storageState() });
    people.push({ context: elsewhere, page: await elsewhere.newPage() });
    const other = people.at(-1)!.page;
    await other.goto(ada.url());
    await reaches(other, 'connected');
    await seesFrames(ben);
    await ada.waitForFunction(() => window.bare.journey.getSnapshot().elsewhere);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await other.evaluate(() => window.bare.call?.getSnapshot().phase)).to.equal('connected');
  });

  it('goes on when Redis has lost everything in the middle of it', async () => {
    const { ada, ben } = await meet();
    await seesFrames(ben);
    await house.emptyRedis();
    await ada.evaluate(() => window.bare.call?.say('Still there?'));
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().messages.length === 1, undefined, {
      timeout: 15_000,
    });
    for (const page of [ada, ben]) {
      await reaches(page, 'connected');
      await seesFrames(page);
      expect(await page.evaluate(() => window.bare.journey.getSnapshot().state)).to.equal('IN_CALL');
    }
  });

  it('has a chat beside the picture, which a refresh does not forget', async () => {
    const { ada, ben } = await meet();
    await ada.evaluate(() => window.bare.call?.say('Hello'));
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().messages.length === 1);
    await ben.evaluate(() => window.bare.call?.say('Hello yourself'));
    await ada.waitForFunction(() => window.bare.call?.getSnapshot().messages.length === 2);
    await ben.reload();
    await reaches(ben, 'connected');
    const said = await ben.evaluate(() =>
      window.bare.call?.getSnapshot().messages.map(({ text, mine }) => [text, mine]),
    );
    expect(said).to.deep.equal([
      ['Hello', false],
      ['Hello yourself', true],
    ]);
  });

  it('is written in a text round: no connection is made at all', async () => {
    const text = { preferences: { mode: 'text' as const } };
    const { ada, ben } = await meet(text);
    await ada.evaluate(() => window.bare.call?.say('Good evening'));
    await ben.waitForFunction(() => window.bare.call?.getSnapshot().messages[0]?.text === 'Good evening');
    const remaining = await ben.evaluate(() => window.bare.call?.getSnapshot().remainingMs?.() ?? 0);
    expect(remaining).to.be.within(30_000, 60_000);
    for (const page of [ada, ben]) expect(await page.evaluate(() => window.bare.connections)).to.be.empty;
  });
});

describe('a call that somebody drops out of', function () {
  this.timeout(60_000);
  let house: House;
  let people: Someone[] = [];
  before(async () => {
    house = await startHouse({ ROUND_SECONDS: '60', LOST_AFTER_SECONDS: '5', LEAVE_GRACE_SECONDS: '3' });
  });
  afterEach(() => partWith(people.splice(0)));
  after(() => house.stop());

  it('is over for the partner soon after a tab is closed', async () => {
    const [ada, ben] = (people = await couple(house));
    await ada.page.close({ runBeforeUnload: false });
    await comesTo(ben.page, 'WAITING', 8_000);
    const { notice } = await ben.page.evaluate(() => window.bare.journey.getSnapshot());
    expect(notice).to.include({ reason: 'left', initiated_by: 'partner' });
  });

  it('shows a reconnecting partner after a second, and is over when they are lost', async () => {
    const [ada, ben] = (people = await couple(house));
    await seesFrames(ben.page);
    const devtools = await ada.context.newCDPSession(ada.page);
    void devtools.send('Page.crash').catch(() => undefined);
    const startedAt = performance.now();
    await reaches(ben.page, 'reconnecting', 5_000);
    expect(performance.now() - startedAt).to.be.within(500, unhurried(2_000));
    await comesTo(ben.page, 'WAITING', 12_000);
    const { notice } = await ben.page.evaluate(() => window.bare.journey.getSnapshot());
    expect(notice).to.include({ reason: 'stale', initiated_by: 'partner' });
  });
});

const isSignalling = ({ path }: Passed): boolean =>
  path.startsWith('/api/video/') && !path.startsWith('/api/video/quality/');

/** The requests that are being held, of everybody. */
const heldOf = ({ front }: House): Passed[] => front.passed.filter(({ open, path }) => open && isHeld(path));

const isHeld = (path: string): boolean => /[?&]wait=[1-9]/.test(path);

/** Whether the partner's picture is darker than this, on the whole (0–255). */
function brightness(below: number): boolean {
  const video = document.querySelector('video') as HTMLVideoElement;
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(video, 0, 0, 32, 24);
  const { data } = context.getImageData(0, 0, 32, 24);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4)
    sum += ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3;
  return sum / (data.length / 4) < below;
}
