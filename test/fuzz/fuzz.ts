import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

// `npm run fuzz -- --cases 50000 --seed 3 [--shrink]`: the test beside this file, for longer and from another seed.

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    shrink: { type: 'boolean', default: false },
  },
});
console.log(`npm run fuzz -- --cases ${values.cases} --seed ${values.seed}`);
const root = path.join(import.meta.dirname, '../..');
const { status } = spawnSync(
  process.execPath,
  ['node_modules/mocha/bin/mocha.js', 'test/fuzz/fuzz.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FUZZ_CASES: values.cases,
      FUZZ_SEED: values.seed,
      ...(values.shrink && { FUZZ_SHRINK: '1' }),
    },
  },
);
process.exit(status ?? 1);
