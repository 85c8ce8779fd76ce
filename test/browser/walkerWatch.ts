import type { Page, Request, Response } from 'playwright-core';
import { door } from '../../client/i18n/en.ts';
import { findings, settle } from './axe.ts';
import { cutOff } from './bounds.ts';
import { lasting } from './lasting.ts';
import type { Step } from './walker.ts';

/** Watches a page for what must never happen, whatever is pressed. */
export interface Watch {
  /** What is wrong after this step: one line each. Axe looks only at screens that it has not seen at this width. */
  after: (step: Step) => Promise<string[]>;
}

declare global {
  interface Window {
    walkerTracks?: MediaStreamTrack[];
  }
}

const answerWithinMs = 5_000; // a refusal belongs to the step that has sent the request

/** Begins to watch; before the first page is loaded, so that every camera is known. */
export async function watch(page: Page): Promise<Watch> {
  const complaints: string[] = [];
  const refused: Response[] = [];
  const looked = new Set<string>();
  page.on('pageerror', (error) => complaints.push(`error in the page: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    complaints.push(`console: ${message.text().slice(0, 200)}`);
  });
  page.on('response', (response) => response.status() >= 400 && refused.push(response));
  const sent = new Set<Request>(); // and not answered yet
  page.on('request', (request) => request.method() !== 'GET' && sent.add(request));
  page.on('requestfinished', (request) => sent.delete(request));
  page.on('requestfailed', (request) => sent.delete(request));
  await page.addInitScript(() => {
    window.walkerTracks = [];
    if (!isSecureContext) return; // the blank page before the first one has no cameras
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await real(wanted);
      window.walkerTracks?.push(...stream.getVideoTracks());
      return stream;
    };
  });

  return { after };

  async function after(step: Step): Promise<string[]> {
    await page.waitForLoadState('domcontentloaded');
    await settle(page).catch(() => undefined); // the page may be on its way to another
    await lasting(async () => [...sent].map((request) => request.url()), answerWithinMs);
    const found = complaints.splice(0);
    if (await page.getByRole('heading', { name: door.problem.title, exact: true }).isVisible())
      found.push('the error boundary is shown');
    for (const response of refused.splice(0))
      if (await isUnexplained(response, step)) found.push(words(response));
    found.push(...(await lasting(() => cutOff(page))));
    found.push(...(await lasting(() => unseenCamera(page))));
    const { width } = page.viewportSize() ?? { width: 0 };
    const screen = await page.evaluate(() =>
      [
        location.pathname,
        ...[...document.querySelectorAll('h1, h2, [role="dialog"]')].map((one) => one.textContent),
      ].join('|'),
    );
    if (!looked.has(`${width} ${screen}`)) found.push(...(await lasting(() => findings(page))));
    looked.add(`${width} ${screen}`);
    return found;
  }

  /**
   * 401 is how the page learns that it must refresh its token. What a screen reads by itself, and a form that is filled
   * in as its labels ask, must not be refused at all; the rest must be explained.
   */
  async function isUnexplained(response: Response, step: Step): Promise<boolean> {
    const request = response.request();
    const { pathname } = new URL(response.url());
    if (response.status() === 401 && !pathname.endsWith('/login')) return false;
    if (response.status() >= 500) return true;
    const isPoll = /\/(next-match|signals\/[^/]+|session\/[^/]+)$/.test(pathname);
    if (request.method() === 'GET' && !isPoll) return true;
    if (request.method() !== 'GET' && step.isValidForm && [400, 422].includes(response.status())) return true;
    return (await lasting(async () => ((await explains(page)) ? [] : ['nothing']))).length > 0;
  }
}

/** Whether the screen says that something did not work. */
const explains = (page: Page): Promise<boolean> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        '[role="alert"], [role="status"], [aria-invalid="true"], main h1',
      ),
    ].some((one) => one.matches('[aria-invalid]') || one.innerText.trim() !== ''),
  );

/** A camera that is on must be seen by the person whose it is. */
const unseenCamera = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const live = (window.walkerTracks ?? []).filter((track) => track.readyState === 'live' && track.enabled);
    const shown = [...document.querySelectorAll('video')].some(
      ({ srcObject, muted }) =>
        muted && srcObject instanceof MediaStream && srcObject.getVideoTracks().length > 0,
    );
    return live.length > 0 && !shown ? ['the camera is on, and the page does not show it'] : [];
  });

const words = (response: Response): string =>
  `${response.status()} to ${response.request().method()} ${new URL(response.url()).pathname.replaceAll(/[0-9a-f-]{36}/g, ':id')}`;
