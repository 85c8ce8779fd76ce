import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const execute = promisify(execFile);

describe('the settings', () => {
  const file = path.join(import.meta.dirname, '..', 'core', 'settings.ts');
  /** Reads them in a process of its own; says what it complained of. */
  const complaint = (env: NodeJS.ProcessEnv): Promise<string> =>
    execute(process.execPath, ['--import', 'tsx', file], { env: { ...process.env, ...env } }).then(
      () => '',
      (error: unknown) => (error as { stderr: string }).stderr,
    );

  it('refuse what could only fail later, in a line that says what to do', async () => {
    const withTurn = { TURN_URLS: 'turn:turn.example.org:3478' };
    expect(await complaint({ NODE_ENV: 'production', JWT_SECRET: '' })).to.include('JWT_SECRET');
    expect(await complaint(withTurn)).to.include('TURN_URLS needs TURN_SECRET');
    expect(await complaint({ ...withTurn, TURN_SECRET: 'shared' })).to.equal('');
  });
});
