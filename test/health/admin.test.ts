import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { login } from '#core/accounts/login.ts';
import { openQueues } from '#core/jobs.ts';
import { newId } from '#core/ids.ts';
import { sql } from '#db/postgres.ts';
import { openWorker } from '#worker/run.ts';
import { roundOf, statesOf, talking } from '../cast.ts';
import { staff } from '../moderation/staff.ts';
import { until } from '../until.ts';

const house = path.join(import.meta.dirname, '..', '..');

/** `npm run admin -- …`, with its exit code and everything it says. */
async function admin(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/admin.ts', ...args], { cwd: house });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number];
  return `${code}: ${(await said).join('').trim()}`;
}

const roleOf = async (id: string) =>
  (await sql<{ role: string }>('SELECT role FROM users WHERE id = $1', [id]))[0]?.role;

describe('npm run admin', function () {
  this.timeout(90_000);

  it('makes an admin, whose password is told once, and gives roles', async () => {
    const made = await admin('create-admin', 'Ada@example.org');
    const [, id = '', password = ''] = /^0: (\S+) is an admin\nPassword: (\S+)$/.exec(made) ?? [];
    expect(await roleOf(id)).to.equal('admin');
    const { user } = await login({ email: 'ada@example.org', password });
    expect(user.id).to.equal(id);

    const moderator = await staff();
    const [again, taken, unknown] = await Promise.all([
      admin('create-admin', 'ada@example.org'),
      admin('role', moderator.id, 'member'),
      admin('role', newId(), 'admin'),
    ]);
    expect(again).to.match(/^1: This e-mail is already registered/);
    expect(taken).to.equal(`0: ${moderator.id} is member now`);
    expect(await roleOf(moderator.id)).to.equal('member');
    expect(unknown).to.match(/^1: No such person/);
    const log = await sql<{ action: string; actor_id: string | null }>(
      'SELECT action, actor_id FROM moderation_log ORDER BY seq',
    );
    expect(log.map(({ action, actor_id }) => [action, actor_id])).to.deep.equal([
      ['set_role', null],
      ['set_role', null],
    ]);
  });

  it('finds somebody, ends their round, and restricts them in a moderator’s name', async () => {
    const moderator = await staff();
    const [ann, bob] = await talking();
    expect(await admin('person', ann.id))
      .to.include(`${ann.id}  Ann  guest, member`)
      .and.include('IN_CALL');
    expect(await admin('end-round', ann.round)).to.equal('0: The round is completed');
    expect(await roundOf(ann)).to.include({ end_reason: 'end', ended_by: null });
    expect(await statesOf(ann, bob)).to.deep.equal(['DISCONNECTING', 'DISCONNECTING']);
    const [again, restricted] = await Promise.all([
      admin('end-round', ann.round),
      admin('restrict', ann.id, '24', moderator.id, 'Was', 'rude', 'to', 'everybody'),
    ]);
    expect(again).to.equal('1: This round is completed');
    const [, id = ''] = /^0: Restriction (\S+), until /.exec(restricted) ?? [];
    expect((await ann.visit('GET', '/api/matches/stats')).status).to.equal(403);
    expect(await admin('lift', id, moderator.id)).to.equal('0: Lifted');
    expect((await ann.visit('GET', '/api/matches/stats')).status).to.equal(200);
  });

  it('lists the jobs that were given up, and lets them be tried again', async () => {
    const { rounds } = openQueues();
    await rounds.add('end-round', { roundId: 'nonsense' }, { jobId: 'end-round-nonsense', attempts: 1 });
    const worker = openWorker('rounds', 1);
    await until(async () => (await rounds.getJobCounts('failed')).failed === 1);
    await worker.close();
    expect(await admin('jobs')).to.match(
      /^0: rounds:end-round-nonsense {2}end-round {2}added .*, tried 1 times/,
    );
    expect(await admin('retry', 'rounds:end-round-nonsense')).to.match(/^0: .* waits to be tried again$/);
    const [none, wrong] = await Promise.all([admin('jobs'), admin('jobs', 'lost')]);
    expect(none).to.equal('0: No job is failed');
    expect(wrong).to.equal('1: Jobs are never lost');
  });
});
