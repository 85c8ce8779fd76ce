import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';

describe('npm run demo', () => {
  const file = path.join(import.meta.dirname, 'demo.ts');

  /** Plays as a tester does who knows an address alone: no database, no Redis. */
  const play = (...options: string[]): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, DATABASE_URL: '', REDIS_URL: '' };
      execFile(process.execPath, ['--import', 'tsx', file, ...options], { env }, (error, out, complaint) =>
        resolve({ code: Number(error?.code ?? 0), said: out + complaint }),
      );
    });

  it('needs nothing but an address, and says when there is nobody to play with', async () => {
    expect(await play('--url', 'http://127.0.0.1:9')).to.deep.equal({
      code: 2,
      said: 'No Minuet is ready at http://127.0.0.1:9. Start one with npm start, or say where it is with --url.\n',
    });
  });

  it('says what an option may be', async () => {
    const { code, said } = await play('--seconds', '3');
    expect(code).to.equal(2);
    expect(said).to.include('--seconds must be a whole number from 5 to 3600, not 3');
  });
});
