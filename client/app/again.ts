import { backoffMs, sleep } from '../api/sleep.ts';

const attempts = 3;

/** Fetches code, and once more if the network has lost it. @throws what the last attempt threw */
export async function again<Module>(load: () => Promise<Module>): Promise<Module> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await load();
    } catch (error) {
      if (failures === attempts) throw error;
      await sleep(backoffMs(failures));
    }
  }
}
