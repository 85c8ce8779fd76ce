import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { canonical } from '#core/canonical.ts';
import { login } from '#core/accounts/login.ts';
import { newId } from '#core/ids.ts';
import { ensureFirstAdmin } from '#core/moderation/firstAdmin.ts';
import { listLog, logDeed, verifyLog, type Entry } from '#core/audit/log.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { buildMember } from '../build.ts';
import { run } from '../database.ts';
import { upTo } from '../signalling/letters.ts';

const write = (action = 'note') =>
  transaction((tx) =>
    logDeed(tx, { actor: newId(), action, subject: newId(), details: { flags: 3, b: null, a: 'x' } }),
  );

/** Whoever owns the database can do what nobody may: the chain is there to show it. */
const tamper = (statement: string) =>
  run(process.env.DATABASE_URL!, `BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);

async function refusedBy(statement: string): Promise<string> {
  return sql(statement).then(
    () => 'done',
    (error: unknown) => String(error),
  );
}

/** The hash that an entry with this content has: a forger knows how it is computed. */
const hashed = (entry: Entry): Entry => {
  const { seq, at, actor_id, action, subject_id, details, previous } = entry;
  const content = canonical([seq, at.toISOString(), actor_id, action, subject_id, details, previous]);
  return { ...entry, hash: createHash('sha256').update(content).digest('hex') };
};
const without = (seq: number, log: Entry[]) => log.filter((one) => one.seq !== seq);
const numbered = (log: Entry[]) => log.map((one, index) => ({ ...one, seq: index + 1 }));
const chained = (log: Entry[]) => {
  const chain: Entry[] = [];
  for (const one of log) chain.push(hashed({ ...one, previous: chain.at(-1)?.hash ?? one.previous }));
  return chain;
};

/** Puts these entries in the place of the log, each with a hash that fits its content. */
async function replaceLog(log: Entry[]): Promise<void> {
  const rows = JSON.stringify(log.map(hashed)).replaceAll("'", "''");
  await tamper(
    `DELETE FROM moderation_log; INSERT INTO moderation_log SELECT * FROM jsonb_populate_recordset(NULL::moderation_log, '${rows}')`,
  );
}

describe('the moderation log', () => {
  it('takes rows, and lets nobody change, delete or empty them', async () => {
    await write();
    for (const statement of [
      `UPDATE moderation_log SET action = 'x'`,
      'DELETE FROM moderation_log',
      'TRUNCATE moderation_log',
    ])
      expect(await refusedBy(statement), statement).to.include('append-only');
    expect((await verifyLog()).entries).to.equal(1);
  });

  it('is a chain: whatever is changed, taken out or put in is found', async () => {
    for (const _ of upTo(5)) await write();
    const { head } = await verifyLog();
    expect(await verifyLog(head)).to.include({ entries: 5, brokenAt: null, contains: true });
    const first = (await listLog({ cursor: null, subject: null, limit: 5 })).at(-1)!;
    for (const [statement, undo] of [
      [
        `UPDATE moderation_log SET details = '{}' WHERE seq = 3`,
        `UPDATE moderation_log SET details = '{"flags":3,"b":null,"a":"x"}' WHERE seq = 3`,
      ],
      [`UPDATE moderation_log SET actor_id = NULL WHERE seq = 3`, ''],
    ]) {
      await tamper(statement!);
      expect((await verifyLog()).brokenAt).to.equal(3);
      if (undo) {
        await tamper(undo);
        expect((await verifyLog()).brokenAt).to.equal(null);
      }
    }
    await tamper('DELETE FROM moderation_log WHERE seq = 3');
    expect((await verifyLog()).brokenAt).to.equal(3);
    await tamper('DELETE FROM moderation_log WHERE seq > 2');
    expect(
      await verifyLog(head),
      'what is cut off at the end is missed by whoever knows the last hash',
    ).to.include({
      ...{ entries: 2, brokenAt: null, contains: false },
    });
    expect(await verifyLog(first.hash)).to.include({ contains: true });
  });

  const forgeries: Record<string, [by: (log: Entry[]) => Entry[], brokenAt: number]> = {
    'changes an entry': [(log) => log.map((one) => (one.seq === 3 ? { ...one, actor_id: newId() } : one)), 4],
    'takes an entry out and renumbers those after it': [(log) => numbered(without(3, log)), 3],
    'takes the first entry out and renumbers the others': [(log) => numbered(without(1, log)), 1],
    'puts an entry in and renumbers those after it': [
      (log) => numbered([...log.slice(0, 2), ...log.slice(1)]),
      3,
    ],
    'has two entries change places': [(log) => numbered([log[0]!, log[2]!, log[1]!, ...log.slice(3)]), 2],
    'takes an entry out and makes one chain of the others': [(log) => chained(without(3, log)), 3],
  };
  for (const [what, [forge, brokenAt]] of Object.entries(forgeries))
    it(`does not believe somebody who ${what}, and recomputes every hash`, async () => {
      for (const _ of upTo(5)) await write();
      expect((await verifyLog()).brokenAt).to.equal(null);
      await replaceLog(forge((await listLog({ cursor: null, subject: null, limit: 9 })).reverse()));
      expect((await verifyLog()).brokenAt).to.equal(brokenAt);
    });

  it('that was written anew from some entry on, last of all, does not contain the hash written down before', async () => {
    for (const _ of upTo(5)) await write();
    const { head } = await verifyLog();
    const log = (await listLog({ cursor: null, subject: null, limit: 9 })).reverse();
    await replaceLog(chained(log.map((one) => (one.seq > 3 ? { ...one, actor_id: newId() } : one))));
    expect(await verifyLog(head)).to.include({ entries: 5, brokenAt: null, contains: false });
  });

  it('stays one chain when many write at once', async () => {
    await Promise.all(upTo(12).map(() => write()));
    expect(await verifyLog()).to.include({ entries: 12, brokenAt: null });
  });

  it('holds nothing of a transaction that was rolled back', async () => {
    await transaction(async (tx) => {
      await logDeed(tx, { actor: null, action: 'x', subject: null, details: {} });
      throw new Error('no');
    }).catch(() => undefined);
    await write();
    expect(await verifyLog()).to.include({ entries: 1, brokenAt: null });
  });
});

describe('the first admin', () => {
  const password = 'correct horse battery';
  const admins = () => sql<{ email: string }>(`SELECT email FROM users WHERE role = 'admin'`);

  it('is made from the environment, once, whoever else starts at the same time', async () => {
    const who = { email: ' Root@Example.org', password };
    await Promise.all([ensureFirstAdmin(who), ensureFirstAdmin(who)]);
    await ensureFirstAdmin({ email: 'second@example.org', password });
    expect(await admins()).to.deep.equal([{ email: 'root@example.org' }]);
    expect((await login({ email: 'root@example.org', password })).user.role).to.equal('admin');
    expect(
      (await listLog({ cursor: null, subject: null, limit: 5 })).map(({ action }) => action),
    ).to.deep.equal(['first_admin']);
  });

  it('is not whoever has registered that e-mail before, unless they have the password too', async () => {
    const { user } = await buildMember({ password: 'another password' });
    await ensureFirstAdmin({ email: user.email!, password });
    expect(await admins()).to.be.empty;
    await ensureFirstAdmin({ email: user.email!, password: 'another password' });
    expect(await admins()).to.deep.equal([{ email: user.email }]);
  });

  it('is nobody without both', async () => {
    await ensureFirstAdmin({ email: 'a@example.org', password: '' });
    await ensureFirstAdmin({ email: '', password });
    expect(await admins()).to.be.empty;
  });
});
