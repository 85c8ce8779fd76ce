import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../onPath.ts';

const execute = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium that runs on this machine, and what it needs in its environment. */
export interface ChromiumProgram {
  executablePath: string;
  env: Record<string, string>;
}

let found: Promise<ChromiumProgram | undefined> | undefined;

/**
 * Finds a Chromium: the one of CHROMIUM, else one on PATH, else the one that comes with the packages (Linux on x64).
 * @returns undefined where none runs, or where CHROMIUM names a program that does not
 */
export const findChromium = (): Promise<ChromiumProgram | undefined> => (found ??= find());

async function find(): Promise<ChromiumProgram | undefined> {
  const installed = process.env.CHROMIUM ?? onPath(...names);
  if (installed !== undefined) {
    const program = { executablePath: installed, env: {} };
    if (await runs(program)) return program;
    if (process.env.CHROMIUM) return undefined;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = await unpack();
  const program: ChromiumProgram = { executablePath: path.join(folder, 'chromium'), env: {} };
  if (!existsSync('/etc/fonts/fonts.conf')) program.env.FONTCONFIG_PATH = path.join(folder, 'fonts');
  if (await runs(program)) return program;
  program.env.LD_LIBRARY_PATH = path.join(folder, 'al2023', 'lib');
  return (await runs(program)) ? program : undefined;
}

/** Ubuntu's `chromium-browser` may be a script that only says where to get one; the packages' may lack libraries. */
async function runs({ executablePath, env }: ChromiumProgram): Promise<boolean> {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return execute(executablePath, ['--version'], options).then(
    ({ stdout }) => /^(Google Chrome|Chromium) \d/.test(stdout),
    () => false,
  );
}

/**
 * Unpacks the Chromium of the packages, once for each version. The package would unpack into the folder for temporary
 * files, under a fixed name that any user of the machine can take first, and take a half-written file for a whole one:
 * so it unpacks into a new folder, which is then renamed.
 */
async function unpack(): Promise<string> {
  const require = createRequire(import.meta.url);
  const manifest = path.join(
    path.dirname(require.resolve('@sparticuz/chromium')),
    '..',
    '..',
    'package.json',
  );
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const cache = path.join(root, 'node_modules', '.cache');
  const folder = path.join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Unpacking Chromium ${version} …\n`);
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  try {
    await execute(process.execPath, ['--input-type=module', '--eval', unpackHere], {
      cwd: root,
      env: { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'nodejs20.x' }, // where it brings its libraries
    });
    const fonts = path.join(fresh, 'fonts', 'fonts.conf');
    await writeFile(fonts, (await readFile(fonts, 'utf8')).replaceAll('/tmp/', `${folder}/`));
    await rename(fresh, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else another process was faster
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

const unpackHere = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
