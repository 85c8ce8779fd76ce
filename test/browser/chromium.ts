import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { onEnd } from '../end.ts';

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

/** The one Chromium of this run, with a camera and a microphone that are not real. */
export function openBrowser(): Promise<Browser> {
  browser ??= launch(flags);
  return browser;
}

/** Closes whatever is still open in it: a call that nobody watches any more would go on costing a core. */
export async function closePages(): Promise<void> {
  const contexts = (await browser)?.contexts() ?? [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Another one, whose people refuse the camera and the microphone. */
export const openShyBrowser = (): Promise<Browser> =>
  launch([...flags.filter((flag) => flag !== sayYes), '--deny-permission-prompts']);

async function launch(args: string[]): Promise<Browser> {
  const opened = await chromium.launch({ executablePath: findChromium(), headless: true, args });
  onEnd(() => opened.close());
  return opened;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The browser on PATH, or of CHROMIUM; as root on Debian it is installed when it is missing.
 * @throws Error with one line that says what to install
 */
function findChromium(): string {
  const found = process.env.CHROMIUM ?? onPath(...names);
  if (found !== undefined) return found;
  installAsRoot('chromium');
  const installed = onPath(...names);
  if (installed !== undefined) return installed;
  throw new Error(
    'The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to where it is',
  );
}

/** Where the first of these programs lies. */
export function onPath(...programs: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return programs
    .flatMap((program) => folders.map((folder) => path.join(folder, program)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Installs a Debian package where that needs nobody's leave. */
export function installAsRoot(debianPackage: string): void {
  const apt = onPath('apt-get');
  if (process.getuid?.() !== 0 || apt === undefined) return;
  process.stderr.write(`Installing ${debianPackage} …\n`);
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  try {
    execFileSync(apt, ['update', '-q'], options);
    execFileSync(apt, ['install', '-qy', '--no-install-recommends', debianPackage], options);
  } catch {
    // The caller says what is missing.
  }
}
