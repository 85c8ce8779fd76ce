import { chromium, type Browser } from 'playwright-core';
import { onEnd } from '../end.ts';
import { installs } from '../needs.ts';
import { findChromium } from './findChromium.ts';

const sayYes = '--use-fake-ui-for-media-stream';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  sayYes,
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];

let browser: Promise<Browser> | undefined;

/**
 * The one Chromium of this run, with a camera and a microphone that are not real.
 * @throws Error where there is none, with one line that says how to install it
 */
export function openBrowser(): Promise<Browser> {
  browser ??= launch(flags);
  return browser;
}

/** Closes whatever is still open in it: a call that nobody watches any more would go on costing a core. */
export async function closePages(): Promise<void> {
  const opened = await browser?.catch(() => undefined); // one that did not start has no pages
  const contexts = opened?.contexts() ?? [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Another one, whose people refuse the camera and the microphone. */
export const openShyBrowser = (): Promise<Browser> =>
  launch([...flags.filter((flag) => flag !== sayYes), '--deny-permission-prompts']);

async function launch(args: string[]): Promise<Browser> {
  const program = await findChromium();
  if (program === undefined)
    throw new Error(`This needs Chromium: ${installs('Chromium')}, or set CHROMIUM to where it is`);
  const { executablePath, env } = program;
  const opened = await chromium.launch({
    executablePath,
    headless: true,
    args,
    env: { ...process.env, ...env },
  });
  onEnd(() => opened.close());
  return opened;
}
