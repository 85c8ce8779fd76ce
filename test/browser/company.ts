import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEnd } from '../end.ts';

const house = path.join(import.meta.dirname, '..', '..');
const settleMs = 25_000;

/** People of `npm run demo` who dance in a house until the end of this run, so that there is somebody to see. */
export async function company(address: string, people = 90): Promise<void> {
  const options = ['--people', people, '--seconds', 600, '--url', address].map(String);
  const crowd = spawn(process.execPath, ['--import', 'tsx', 'test/demo/demo.ts', ...options], {
    cwd: house,
    stdio: 'ignore',
  });
  onEnd(async () => {
    if (crowd.exitCode !== null || !crowd.kill('SIGKILL')) return;
    await once(crowd, 'exit');
  });
  await sleep(settleMs);
}
