import { expect } from 'chai';
import type { z } from 'zod';
import { newId } from '#core/ids.ts';
import { listLog, verifyLog } from '#core/audit/log.ts';
import { restrictIfFlagged } from '#core/safety/automatic.ts';
import type { flagAnswer, flagsAnswer } from '#core/wire/safety.ts';
import { sql } from '#db/postgres.ts';
import { nothingIsBroken, person, talking, type Player } from '../cast.ts';

const amend = (who: Player, id: string, body: object) => who.visit('PATCH', `/api/flags/${id}`, body);
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string }).code;

describe('what is added to a flag', () => {
  afterEach(nothingIsBroken);

  it('is the reason, the category, or both, once more if need be', async () => {
    const [ann] = await talking();
    const { flag } = await ann.flag();
    const add = async (body: object) => (await amend(ann, flag.id, body)).body as z.infer<typeof flagAnswer>;
    expect(await add({ category: 'harassment' })).to.include({ category: 'harassment', reason: null });
    expect(await add({ reason: '  He would\r\nnot stop  ' })).to.include({
      category: 'harassment',
      reason: 'He would\nnot stop',
    });
    expect(await add({ category: 'other', reason: 'ten letters' })).to.include({
      category: 'other',
      reason: 'ten letters',
    });
    expect(await sql('SELECT category, reason FROM flags')).to.deep.equal([
      { category: 'other', reason: 'ten letters' },
    ]);
  });

  it('has ten characters at least and 2,000 at most, and a category that there is', async () => {
    const [ann] = await talking();
    const { flag } = await ann.flag();
    const wrong: object[] = [
      {},
      { reason: 'too short' },
      { reason: '   too short   ' },
      { reason: 'x'.repeat(2001) },
      { reason: 'with a bell \u0007' },
      { reason: '\u2800'.repeat(12) },
      { reason: 7 },
      { reason: null },
      { category: 'rude' },
      { category: '' },
      { status: 'resolved' },
      { category: 'spam', flagged_user_id: newId() },
    ];
    for (const body of wrong)
      expect(codeOf(await amend(ann, flag.id, body)), JSON.stringify(body)).to.equal('invalid');
    for (const body of wrong.slice(1, 10)) {
      const answer = await ann.visit('POST', '/api/flags', { match_id: ann.round, ...body });
      expect(codeOf(answer), JSON.stringify(body)).to.equal('invalid');
    }
    expect(await sql('SELECT category, reason FROM flags')).to.deep.equal([{ category: null, reason: null }]);
    expect((await amend(ann, flag.id, { reason: 'x'.repeat(2000) })).status).to.equal(200);
  });

  it('is the reporter’s own: for the flagged, a stranger and an unknown flag it is the same 404', async () => {
    const [ann, bob] = await talking();
    const { flag } = await ann.flag();
    const eve = await person();
    const reason = 'Nothing of the kind happened';
    const refused = [
      await amend(bob, flag.id, { reason }),
      await amend(eve, flag.id, { reason }),
      await amend(ann, newId(), { reason }),
    ];
    expect(refused.map(({ status }) => status)).to.deep.equal([404, 404, 404]);
    expect(
      new Set(refused.map(({ body }) => JSON.stringify({ ...(body as object), instance: '' }))).size,
    ).to.equal(1);
    expect((await amend(ann, 'abc', { reason })).status).to.equal(400);
    expect(await sql('SELECT reason FROM flags')).to.deep.equal([{ reason: null }]);
  });

  it('comes too late once somebody has reviewed it, also by way of a repeated flag', async () => {
    const [ann] = await talking();
    const { flag } = await ann.flag({ reason: 'He would not stop' });
    for (const status of ['resolved', 'dismissed']) {
      await sql('UPDATE flags SET status = $1', [status]);
      expect(codeOf(await amend(ann, flag.id, { category: 'spam' })), status).to.equal('flag_reviewed');
      expect((await ann.flag({ category: 'spam' })).flag).to.include({ category: null, status });
    }
  });
});

describe('a flag in the moderation log', () => {
  afterEach(nothingIsBroken);

  const logged = async () =>
    (await listLog({ cursor: null, subject: null, limit: 100 }))
      .reverse()
      .map(({ actor_id, subject_id, action, details }) => ({ actor_id, subject_id, action, ...details }));

  it('has a row when it is made, whenever it changes, and when it is withdrawn; a repeat that changes nothing has none', async () => {
    const [ann, bob] = await talking();
    const { flag } = await ann.flag();
    await ann.flag();
    await ann.flag({ category: 'spam' });
    await ann.flag({ category: 'spam' });
    await amend(ann, flag.id, { category: 'spam' });
    await amend(ann, flag.id, { reason: 'Sells something all the time' });
    for (const _ of [1, 2]) expect((await ann.visit('DELETE', `/api/flags/${flag.id}`)).status).to.equal(200);
    const of = { actor_id: ann.id, subject_id: bob.id, flag_id: flag.id, round_id: ann.round };
    expect(await logged()).to.deep.equal([
      { ...of, action: 'flag', category: null, has_reason: false },
      { ...of, action: 'flag_amend', category: 'spam', has_reason: false },
      { ...of, action: 'flag_amend', category: 'spam', has_reason: true },
      { ...of, action: 'flag_withdraw', category: 'spam', has_reason: true },
    ]);
    expect(await verifyLog()).to.include({ brokenAt: null, entries: 4 });
    expect(JSON.stringify(await logged()), 'not what the reporter wrote').not.to.include('Sells');
  });

  it('withdrawn stays in the queue, and counts towards no automatic restriction', async () => {
    const bob = await person();
    for (const guest of await Promise.all([1, 2, 3, 4, 5, 6].map(() => person()))) {
      const [ann] = await talking(guest, bob);
      const { flag } = await ann.flag();
      await bob.poll();
      const withdrawn = (await ann.visit('DELETE', `/api/flags/${flag.id}`)).body as z.infer<
        typeof flagAnswer
      >;
      expect(withdrawn).to.include({ id: flag.id, status: 'pending' });
      expect(withdrawn.withdrawn_at).not.to.equal(null);
    }
    await restrictIfFlagged(bob.id);
    expect(await sql('SELECT 1 FROM restrictions')).to.be.empty;
    expect(await sql(`SELECT 1 FROM flags WHERE status = 'pending'`)).to.have.length(6);
  });
});

describe('the list of flags', () => {
  afterEach(nothingIsBroken);

  const listOf = async (who: Player, query = '') =>
    (await who.visit('GET', `/api/flags${query}`)).body as z.infer<typeof flagsAnswer>;

  it('is one’s own, newest first, all of them or of one round', async () => {
    const ann = await person();
    const rounds: string[] = [];
    for (const guest of [await person(), await person()]) {
      await talking(ann, guest);
      await ann.flag({ category: 'spam' });
      rounds.unshift(ann.round);
      expect(await listOf(guest)).to.deep.equal({ flags: [], total: 0 });
    }
    const { flags, total } = await listOf(ann);
    expect(flags.map(({ match_id }) => match_id)).to.deep.equal(rounds);
    expect(total).to.equal(2);
    expect((await listOf(ann, `?match_id=${rounds[1]}`)).flags.map(({ match_id }) => match_id)).to.deep.equal(
      [rounds[1]],
    );
    await sql(`UPDATE flags SET status = 'dismissed' WHERE round_id = $1`, [rounds[0]]);
    for (const [status, round] of [
      ['dismissed', rounds[0]],
      ['pending', rounds[1]],
    ])
      expect(
        (await listOf(ann, `?status=${status}`)).flags.map(({ match_id }) => match_id),
        status,
      ).to.deep.equal([round]);
    expect((await listOf(ann, '?status=resolved')).total).to.equal(0);
    expect((await ann.visit('GET', '/api/flags?status=reviewed')).status).to.equal(400);
    expect(await listOf(ann, `?match_id=${newId()}`)).to.deep.equal({ flags: [], total: 0 });
    expect((await ann.visit('GET', '/api/flags?match_id=abc')).status).to.equal(400);
  });

  it('says nothing of whom and what the house knows', async () => {
    const [ann, bob] = await talking();
    await bob.say('a secret line');
    await ann.flag();
    const text = JSON.stringify(await listOf(ann));
    for (const secret of [bob.id, ann.me.deviceId, bob.me.deviceId, 'secret line', 'queue', 'evidence'])
      expect(text, secret).to.not.include(secret);
  });
});
