import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readResult, type Result } from './events.ts';

/** One Mocha with servers of its own. */
export interface MochaProcess {
  /** Resolves with what came of it, and all that it printed. */
  ended: Promise<{ result: Result; output: string }>;
  kill: () => void;
}

const mocha = path.join('node_modules', 'mocha', 'lib', 'cli', 'cli.js');
const lookEveryMs = 1_000;

/**
 * Runs test files in a process of their own.
 * @param silentMs the process is killed when no test has begun or ended for so long: no test may take so long
 */
export function startMocha(files: readonly string[], env: NodeJS.ProcessEnv, silentMs: number): MochaProcess {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'minuet-tests-'));
  const events = path.join(folder, 'events');
  writeFileSync(events, '');
  const child = spawn(process.execPath, ['--import', 'tsx', mocha, ...files], {
    detached: true, // a group, so that what it has started is killed with it
    stdio: ['ignore', 'pipe', 'pipe'],
    // tsx reads it when it is imported, before .mocharc.cjs could set it.
    env: { TSX_TSCONFIG_PATH: 'client/tsconfig.json', ...process.env, ...env, TEST_EVENTS: events },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let killedFor: string | undefined;
  const watch = setInterval(() => {
    if (Date.now() - statSync(events).mtimeMs < silentMs) return;
    killedFor = `killed after ${silentMs / 1000} s without any news`;
    killGroup(child);
  }, lookEveryMs);
  const ended = new Promise<{ result: Result; output: string }>((resolve) => {
    child.once('close', (code, signal) => {
      clearInterval(watch);
      const problem = killedFor ?? signal ?? (code === 0 ? undefined : `exit code ${code ?? 'unknown'}`);
      const result = readResult(events, problem, files);
      rmSync(folder, { recursive: true, force: true });
      resolve({ result, output });
    });
  });
  return { ended, kill: () => killGroup(child) };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
