/**
 * A test that proves what only a real Redis server shows: atomicity between processes, persistence, timing.
 * On Redis as WebAssembly it is skipped by name; in CI, where a real one is installed, that is an error.
 * @param isReal whether there is a real one; by default, whether this run's is
 */
export function itOnRealRedis(
  title: string,
  test: Mocha.AsyncFunc | Mocha.Func,
  isReal = process.env.REDIS_KIND !== 'wasm',
): Mocha.Test {
  if (isReal) return it(title, test);
  if (process.env.CI === 'true') throw new Error(`CI has no real Redis for: ${title}`);
  return it.skip(`${title} (needs a real Redis server)`, test);
}
