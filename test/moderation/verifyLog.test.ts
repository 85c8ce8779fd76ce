import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { newId } from '#core/ids.ts';
import { logDeed, verifyLog } from '#core/audit/log.ts';
import { transaction } from '#core/transaction.ts';
import { run } from '../database.ts';

const house = path.join(import.meta.dirname, '..', '..');

const write = (action: string) =>
  transaction((tx) => logDeed(tx, { actor: null, action, subject: newId(), details: {} }));

/** Whoever owns the database can do what nobody may: the command is there to show it. */
const tamper = (statement: string) =>
  run(process.env.DATABASE_URL!, `BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);

/** `npm run admin -- …`, with its exit code and everything it says. */
async function admin(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/admin.ts', ...args], { cwd: house });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number];
  return `${code}: ${(await said).join('').trim()}`;
}

describe('npm run admin -- verify-log', function () {
  this.timeout(60_000);

  it('says that a log is whole, and what to write down; and that one was changed, or cut off', async () => {
    expect(await admin('verify-log')).to.match(/^0: The log is whole: 0 entries/);
    for (const action of ['claim', 'warn', 'note', 'resolve']) await write(action);
    const { head } = await verifyLog();
    expect(await admin('verify-log')).to.equal(`0: The log is whole: 4 entries, the last is ${head}`);
    expect(await admin('verify-log', head)).to.match(/^0: The log is whole: 4 entries/);

    await tamper('DELETE FROM moderation_log WHERE seq = 4');
    expect(await admin('verify-log'), 'nothing shows, unless').to.match(/^0: The log is whole: 3 entries/);
    expect(await admin('verify-log', head), 'one knows the last hash').to.equal(
      `1: The log is whole in itself, but does not contain ${head}: its end was cut off or rewritten`,
    );
    await tamper(`UPDATE moderation_log SET action = 'none' WHERE seq = 2`);
    expect(await admin('verify-log')).to.equal(
      '1: The log is broken at entry 2: it was changed, or something is missing',
    );
  });

  it('says how it is used when it is asked anything else', async () => {
    expect(await admin('verify')).to.match(/^2: [^]*npm run admin -- verify-log/);
  });
});
