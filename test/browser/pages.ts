import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { onEnd } from '../end.ts';

const sources = path.join(import.meta.dirname, 'pages');
let built: Promise<string> | undefined;

/** Builds the tests' pages once. @returns the folder with all their files, side by side */
export const buildPages = (): Promise<string> => (built ??= bundle());

async function bundle(): Promise<string> {
  const outDir = mkdtempSync(path.join(os.tmpdir(), 'minuet-pages-'));
  onEnd(() => rmSync(outDir, { recursive: true, force: true }));
  await build({
    root: sources,
    base: './',
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: true,
      assetsDir: '.',
      minify: false,
      rollupOptions: {
        input: readdirSync(sources)
          .filter((file) => file.endsWith('.html'))
          .map((file) => path.join(sources, file)),
      },
    },
  });
  return outDir;
}
