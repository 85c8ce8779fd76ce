import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { checkInvariants, closeInvariants } from '../invariants.ts';
import { describeWith } from '../needs.ts';
import { onPath } from '../onPath.ts';
import { openHouse } from './house.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/qa.md'), 'utf8');

/** The code of the page's blocks that are marked so. */
const blocks = (mark: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${mark}\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code);

describeWith('curl', onPath('curl') !== undefined, 'docs/qa.md', function () {
  this.timeout(180_000);

  it('takes two strangers through a date, and through every other ending, as it stands', async () => {
    const env = environment(blocks('console')[0]!);
    expect(env).to.include.keys('ROUND_SECONDS', 'DECISION_SECONDS');
    const house = await openHouse(env);
    try {
      const [api] = await Promise.all([house.startApi(), house.startWorker()]);
      const { code, output } = await bash(blocks('bash').join('\n'), api.address);

      expect(output, output).to.not.match(/^NO {2}/m);
      expect(code, output).to.equal(0);
      expect(output.match(/^ok {2}/gm)).to.have.length.above(80);
      expect(await checkInvariants(house.where, { roundSeconds: Number(env.ROUND_SECONDS) })).to.deep.equal(
        [],
      );
    } finally {
      await closeInvariants();
      await house.close();
    }
  });
});

/** The variables that a command line sets. */
function environment(line: string): Record<string, string> {
  const words = line.split(' ').map((word) => word.split('='));
  return Object.fromEntries(words.flatMap(([name, value]) => (name && value ? [[name, value]] : [])));
}

/** Runs a script until its first failure. */
async function bash(script: string, address: string): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    env: { ...process.env, BASE: address },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
