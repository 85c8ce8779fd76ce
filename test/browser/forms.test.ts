import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { signedInAnswer } from '#core/wire/account.ts';
import { buildClientIfStale } from '../../bin/buildClient.ts';
import { guestInput } from '../build.ts';
import { post } from './cases.ts';
import { openBrowser } from './chromium.ts';
import { startHouse, type House } from './house.ts';
import { button } from './visitor.ts';

const password = 'three odd words';

describe('accounts in the page', function () {
  this.timeout(60_000);
  let house: House;
  before(async function () {
    this.timeout(120_000);
    await buildClientIfStale();
    house = await startHouse();
  });
  after(() => house.stop());

  /** A browser of one's own, on a screen. */
  async function open(path = '/'): Promise<Page> {
    const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(house.front.address + path);
    return page;
  }

  /** A guest who has come in by the first page. */
  async function comeIn(page: Page, name: string): Promise<void> {
    await page.getByLabel('Your first name').fill(name);
    await page.getByLabel('Day').fill('1');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('1995');
    await page.getByLabel('something else').check();
    await button(page, 'Step in').click();
    await page.getByRole('heading', { name: 'A word before the dance' }).waitFor();
  }

  /** A member with everything that a profile can say. */
  async function member(email: string) {
    const said = { bio: 'Repairs clocks.', contact_handle: '@nadia', interests: ['jazz', 'chess'] };
    const person = { ...guestInput({ display_name: 'Nadia', gender: 'woman' }), email, password };
    const { access_token: token } = signedInAnswer.parse(
      await post(house.front.address, 'POST', '/api/auth/register', person),
    );
    await post(house.front.address, 'PATCH', '/api/me', said, { token });
    return { token, profile: { display_name: 'Nadia', gender: 'woman', ...said } };
  }

  const profileOf = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await (await fetch(`${house.front.address}/api/me`, { headers })).json()) as Record<
      string,
      unknown
    >;
  };

  /** Fills in the sign-in form. */
  async function signIn(page: Page, email: string): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await button(page, 'Sign in').click();
  }

  it('a guest keeps their card with an e-mail and a password, and signs in with them elsewhere', async () => {
    const page = await open();
    await comeIn(page, 'Kim');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Keep my card' }).click();
    await page.getByLabel('E-mail').fill('kim@example.org');
    await page.getByLabel('Password').fill(password);
    await button(page, 'Keep my card').click();
    await page.getByText('You are signed in as kim@example.org.').waitFor();

    const elsewhere = await open('/sign-in');
    await signIn(elsewhere, 'kim@example.org');
    await elsewhere.getByRole('link', { name: 'Settings' }).click();
    expect(await elsewhere.getByLabel('Your first name').inputValue()).to.equal('Kim');
  });

  it('a stranger makes an account at once, and says where they are and takes it back', async () => {
    const page = await open('/register');
    await page.context().grantPermissions(['geolocation'], { origin: house.front.address });
    await page.context().setGeolocation({ latitude: 52.52, longitude: 13.405 });
    await button(page, 'Make my account').click();
    await page.getByText('That does not look like an e-mail address.').waitFor();
    await page.getByLabel('Your first name').fill('Tove');
    await page.getByLabel('Day').fill('1');
    await page.getByLabel('Month').fill('2');
    await page.getByLabel('Year').fill('1990');
    await page.getByLabel('a woman').check();
    await page.getByLabel('E-mail').fill('tove@example.org');
    await page.getByLabel('Password').fill(password);
    await button(page, 'Make my account').click();
    await page.getByRole('heading', { name: 'A word before the dance' }).waitFor();

    await button(page, 'Share where I am').click();
    await page.getByText('Your square of about 5 km is known.').waitFor();
    await page.getByRole('slider', { name: 'How far away' }).press('ArrowLeft');
    await button(page, 'On to the mirror').click();
    await page
      .getByRole('link', { name: 'Change my wishes' })
      .or(button(page, 'Go without a camera'))
      .first()
      .waitFor();
    await page.goto(`${house.front.address}/welcome`);
    await page.getByText('within 1000 km').waitFor();
    await button(page, 'Forget it').click();
    await button(page, 'Share where I am').waitFor();
  });

  it('a place that the device does not tell is said, and the form goes on without it', async () => {
    const page = await open();
    await comeIn(page, 'Kim');
    await page.context().clearPermissions();
    await page.evaluate(() => {
      navigator.geolocation.getCurrentPosition = (_found, failed) =>
        failed?.({ code: 1, message: 'denied' } as GeolocationPositionError);
    });
    await button(page, 'Share where I am').click();
    await page.getByText('Your device did not tell us where you are.').waitFor();
    await button(page, 'On to the mirror').click();
    await button(page, 'Turn on camera and microphone').waitFor();
  });

  it('a member who signs in over a guest finds their own profile in every form, and a tap loses none of it', async () => {
    const { token, profile } = await member('nadia@example.org');
    const page = await open();
    await comeIn(page, 'Kim');
    const other = await page.context().newPage();
    await other.goto(`${house.front.address}/settings`);
    await other.getByLabel('Your first name').waitFor();
    await page.evaluate(() => history.pushState(null, '', '/sign-in')); // as a link does: nothing is loaded anew
    await page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
    await signIn(page, 'nadia@example.org');

    await page.getByRole('heading', { name: 'A word before the dance' }).waitFor();
    expect(await page.getByLabel('A line or two about you').inputValue()).to.equal(profile.bio);
    await button(page, 'On to the mirror').click();
    await button(page, 'Turn on camera and microphone').waitFor();
    expect(await profileOf(token)).to.include({ bio: profile.bio, contact_handle: profile.contact_handle });

    // The other tab had the guest's form open.
    await other.getByText('You are signed in as nadia@example.org.').waitFor();
    expect(await other.getByLabel('Your first name').inputValue()).to.equal('Nadia');
    await button(other, 'Save').click();
    await other.getByText('Saved', { exact: true }).first().waitFor();
    expect(await profileOf(token)).to.deep.include(profile);
  });

  it('a guest who throws the card away is on the first page, and the account is gone', async () => {
    const page = await open();
    await comeIn(page, 'Kim');
    const { access } = await page.evaluate(
      () => JSON.parse(localStorage.getItem('minuet.tokens')!) as { access: string },
    );
    await page.getByRole('link', { name: 'Settings' }).click();
    await button(page, 'Throw away my card').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Throw away my card' }).click();
    await button(page, 'Step in').waitFor();
    expect(new URL(page.url()).pathname).to.equal('/');
    expect(await profileOf(access)).to.include({ code: 'unauthenticated' });
  });

  it('a member takes their data along and deletes their account', async () => {
    await member('gone@example.org');
    const page = await open('/sign-in');
    await signIn(page, 'gone@example.org');
    await page.getByRole('link', { name: 'Settings' }).click();
    const download = page.waitForEvent('download');
    await button(page, 'Download my data').click();
    const held = JSON.parse(await text(await (await download).createReadStream())) as { profile: object };
    expect(held.profile).to.include({ email: 'gone@example.org', bio: 'Repairs clocks.' });

    await button(page, 'Delete my account').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete my account' }).click();
    await button(page, 'Step in').waitFor();
    await page.goto(`${house.front.address}/sign-in`);
    await signIn(page, 'gone@example.org');
    await page.getByText('E-mail or password is not right.').waitFor();
  });

  it('nothing that was kept for a guest in this browser is found in it by the person after them', async () => {
    await member('next@example.org');
    const page = await open();
    await comeIn(page, 'Kim');
    await page.getByLabel('In writing').check();
    await button(page, 'Begin').click();
    await page.getByRole('heading', { name: 'Looking for somebody' }).waitFor();
    await page.goto(`${house.front.address}/sign-in`);
    await signIn(page, 'next@example.org');
    await page.getByRole('heading', { name: 'A word before the dance' }).waitFor();
    expect(await page.getByLabel('On video').isChecked(), 'the guest’s wishes').to.equal(true);
    await page.getByRole('link', { name: 'Date', exact: true }).click();
    await page.getByRole('heading', { name: 'Ready when you are' }).waitFor();
    const kept = await page.evaluate(() => Object.keys(localStorage).sort());
    expect(kept.filter((key) => /session|match|preferences|switches/.test(key))).to.deep.equal([]);
  });
});
