import { itWith } from './needs.ts';

/**
 * A test that proves what only a real Redis server shows: atomicity between processes, persistence, timing.
 * On Redis as WebAssembly it is skipped by name.
 * @param isReal whether there is a real one; by default, whether this run's is
 */
export const itOnRealRedis = (
  title: string,
  test: Mocha.AsyncFunc | Mocha.Func,
  isReal = process.env.REDIS_KIND !== 'wasm',
): Mocha.Test => itWith('a real Redis server', isReal, title, test);
