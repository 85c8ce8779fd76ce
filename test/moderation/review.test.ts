import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listLog } from '#core/audit/log.ts';
import { rules } from '#core/rules.ts';
import { sql } from '#db/postgres.ts';
import { isAStory, person, refusal, talking, type Player } from '../cast.ts';
import { codeOf, staff, told } from './staff.ts';

interface Case {
  flagged_id: string;
  flag_id: string;
  flags: number;
  reporters: number;
  priority: number;
  parts: { category: number; reporters: number; recency: number };
  claimed_by: string | null;
}
interface Queue {
  cases: Case[];
  next_cursor: string | null;
}
const reason = 'Shouted at several people';
const queue = async (by: Player, asked = ''): Promise<Queue> =>
  told<Queue>(await by.visit('GET', `/api/admin/flags?${asked}`));
const claim = (by: Player, flag: string) => by.visit('POST', `/api/admin/flags/${flag}/claim`);
const resolve = (by: Player, flag: string, body: object) =>
  by.visit('POST', `/api/admin/flags/${flag}/resolve`, body);
/** What moderators did: the flags themselves are in the log too. */
const deeds = async () =>
  (await listLog({ cursor: null, subject: null, limit: 100 }))
    .map(({ action }) => action)
    .filter((action) => !action.startsWith('flag'))
    .reverse();

/** Somebody flags somebody after a call. */
async function flagged(
  bob: Player,
  category: 'spam' | 'violence' | 'harassment' = 'harassment',
): Promise<string> {
  const [ann] = await talking(await person(), bob);
  const { flag } = await ann.flag({ category, reason: 'Would not stop shouting' });
  await bob.poll();
  await bob.stop();
  return flag.id;
}

describe('the queue of flags', () => {
  isAStory();

  it('shows the most urgent person first, and why: category, reporters and recency add up', async () => {
    const [ben, bob, cid] = [await staff(), await person(), await person()];
    await flagged(bob, 'spam');
    await flagged(bob, 'spam');
    await flagged(cid, 'violence');
    const { cases, next_cursor } = await queue(ben);
    expect(next_cursor).to.equal(null);
    expect(cases.map((one) => one.flagged_id)).to.deep.equal([cid.id, bob.id]);
    const { categoryPoints, reporterPoints, recencyPoints } = rules.moderation;
    expect(cases[0]!.parts).to.include({ category: categoryPoints.violence, reporters: reporterPoints });
    expect(cases[1]).to.include({ flags: 2, reporters: 2 });
    expect(cases[1]!.parts).to.include({ category: categoryPoints.spam, reporters: 2 * reporterPoints });
    expect(cases[0]!.parts.recency).to.be.closeTo(recencyPoints, 0.1);
    for (const { priority, parts } of cases)
      expect(priority).to.equal(parts.category + parts.reporters + parts.recency);
    clock.advance(rules.moderation.recencyHours * 3600_000 + 60_000);
    expect((await queue(ben)).cases[0]!.parts.recency).to.equal(0);
  });

  it('is read in pages and through filters', async () => {
    const [ben, ...people] = [await staff(), await person(), await person(), await person()];
    const flags = new Map<string, string>();
    for (const bob of people) flags.set(bob.id, await flagged(bob));
    const first = await queue(ben, 'limit=2');
    clock.advance(3600_000);
    const rest = await queue(ben, `limit=2&cursor=${first.next_cursor}`);
    expect([...first.cases, ...rest.cases].map((one) => one.flagged_id)).to.have.members(
      people.map(({ id }) => id),
    );
    expect(rest.next_cursor).to.equal(null);
    expect((await ben.visit('GET', '/api/admin/flags?cursor=eyJhdCI6MX0')).status).to.equal(400);

    await claim(ben, flags.get(people[0].id)!);
    expect((await queue(ben, 'claimed=me')).cases.map((one) => one.flagged_id)).to.deep.equal([people[0].id]);
    expect((await queue(ben, 'claimed=nobody')).cases).to.have.length(2);
    expect((await queue(ben, 'category=spam')).cases).to.be.empty;
    expect((await queue(ben, 'queue=low_trust')).cases).to.be.empty;
    expect((await queue(ben, `user_id=${people[1].id}`)).cases).to.have.length(1);
    const [{ round_id } = { round_id: '' }] = await sql<{ round_id: string }>(
      'SELECT round_id FROM flags WHERE flagged_id = $1',
      [people[1].id],
    );
    const ofRound = async (status: string) =>
      (await queue(ben, `round_id=${round_id}&status=${status}`)).cases.map((one) => one.flagged_id);
    expect(await ofRound('pending')).to.deep.equal([people[1].id]);
    await sql(`UPDATE flags SET status = 'dismissed' WHERE round_id = $1`, [round_id]);
    expect(await ofRound('pending')).to.deep.equal([]);
    expect(await ofRound('any')).to.deep.equal([people[1].id]);
  });

  it('tells a flag’s whole story: both people, their rounds and earlier flags, what was written, what was done', async () => {
    const [ben, bob] = [await staff(), await person({ display_name: 'Bob <b>bold</b>' })];
    const earlier = await flagged(bob);
    const [ann] = await talking(await person(), bob);
    await ann.say('Please stop <script>alert(1)</script>');
    const { flag } = await ann.flag({ category: 'harassment', reason: 'He went on <img src=x>' });
    await claim(ben, flag.id);
    await ben.visit('POST', `/api/admin/flags/${flag.id}/notes`, { text: 'Same words as last week' });
    const visit = await ben.visit('GET', `/api/admin/flags/${flag.id}`);
    expect(visit.headers.get('content-type')).to.match(/^application\/json/);
    expect(visit.headers.get('x-content-type-options')).to.equal('nosniff');
    const story = told<Record<string, never>>(visit) as unknown as {
      flag: { reason: string; evidence: { lines: { text: string }[] } };
      flagged: { account: { display_name: string }; rounds: object[]; flags_about: object[] };
      reporter: { flags_by: object[] };
      merged: { id: string }[];
      chat: { text: string }[];
      notes: { text: string }[];
      log: { action: string }[];
    };
    expect(story.flag.reason, 'text is kept as text').to.equal('He went on <img src=x>');
    expect(story.flagged.account.display_name).to.equal('Bob <b>bold</b>');
    expect(story.flag.evidence.lines[0]!.text).to.include('Please stop');
    expect(story.chat).to.have.length(1);
    expect(story.flagged.rounds).to.have.length(2);
    expect(story.flagged.flags_about).to.have.length(2);
    expect(story.merged.map(({ id }) => id)).to.deep.equal([earlier]);
    expect(story.notes.map((one) => one.text)).to.deep.equal(['Same words as last week']);
    expect(story.log.map(({ action }) => action)).to.deep.equal(['note', 'claim', 'flag', 'flag']);
    expect(JSON.stringify(story), 'no e-mail, no device').not.to.match(/@example|device_token/);
  });
});

describe('a case', () => {
  isAStory();

  it('is claimed by one moderator at a time, for half an hour', async () => {
    const [ben, cleo, bob] = [await staff(), await staff(), await person()];
    const flag = await flagged(bob);
    const codes = (await Promise.all([claim(ben, flag), claim(cleo, flag)])).map(codeOf);
    expect(codes).to.have.members(['200', '409 claimed']);
    clock.advance((rules.moderation.claimMinutes + 1) * 60_000);
    const loser = codes[0] === '200' ? cleo : ben;
    expect(codeOf(await claim(loser, flag))).to.equal('200');
  });

  it('is resolved with all its flags, the restriction and the log in one transaction', async () => {
    const [ben, bob] = [await staff(), await person()];
    const flags = [await flagged(bob), await flagged(bob)];
    expect(codeOf(await resolve(ben, flags[0]!, { action: 'none' }))).to.equal('409 not_claimed');
    await claim(ben, flags[0]!);
    const closed = told<{ flags: number; restriction: { id: string } }>(
      await resolve(ben, flags[0]!, { action: 'restrict', hours: 48, category: 'harassment', reason }),
    );
    expect(closed).to.include({ flags: 2, outcome: 'restrict' });
    expect(await refusal(bob.start())).to.equal('restricted');
    expect(
      await sql('SELECT id FROM flags WHERE status = $1 AND closed_by = $2', ['resolved', ben.id]),
    ).to.have.length(2);
    expect(await deeds()).to.deep.equal(['claim', 'resolve', 'restrict']);
    expect(codeOf(await claim(ben, flags[1]!))).to.equal('409 settled_already');
    expect((await queue(ben)).cases).to.be.empty;
    expect((await queue(ben, 'status=resolved')).cases).to.have.length(1);
  });

  it('that grows after it was claimed keeps the newcomers open', async () => {
    const [ben, bob] = [await staff(), await person()];
    const first = await flagged(bob);
    await claim(ben, first);
    const second = await flagged(bob);
    expect(
      told<{ flags: number }>(await ben.visit('POST', `/api/admin/flags/${first}/dismiss`)).flags,
    ).to.equal(1);
    expect((await queue(ben)).cases[0]).to.include({ flag_id: second, flags: 1 });
  });

  it('may end with a warning; a reason is needed where the person is told something', async () => {
    const [ben, bob] = [await staff(), await person()];
    const flag = await flagged(bob);
    await claim(ben, flag);
    expect(codeOf(await resolve(ben, flag, { action: 'warn' }))).to.equal('400 invalid');
    expect(codeOf(await resolve(ben, flag, { action: 'restrict', reason }))).to.equal('400 invalid');
    told(await resolve(ben, flag, { action: 'warn', reason }));
    await bob.start();
    expect(await deeds()).to.deep.equal(['claim', 'resolve', 'warn']);
  });

  it('whose restriction cannot be written stays open, and nothing of it is in the log', async () => {
    const [ben, bob] = [await staff(), await person()];
    const flag = await flagged(bob);
    await claim(ben, flag);
    await sql('ALTER TABLE restriction_reach RENAME TO away');
    expect((await resolve(ben, flag, { action: 'warn', reason })).status).to.equal(500);
    await sql('ALTER TABLE away RENAME TO restriction_reach');
    expect(await deeds()).to.deep.equal(['claim']);
    expect((await queue(ben)).cases).to.have.length(1);
  });

  it('of one’s own is nobody’s to judge, and a moderator’s only an admin’s', async () => {
    const [ben, ann, root] = [await staff(), await person(), await staff('admin')];
    await talking(ann, ben);
    const { flag } = await ann.flag();
    expect(codeOf(await claim(ben, flag.id))).to.equal('403 forbidden');
    expect(codeOf(await claim(await staff(), flag.id))).to.equal('403 forbidden');
    expect(codeOf(await claim(root, flag.id))).to.equal('200');
    const body = { user_id: root.id, kind: 'restriction', hours: 1, reason };
    expect(codeOf(await ben.visit('POST', '/api/admin/restrictions', body))).to.equal('403 forbidden');
    expect(codeOf(await root.visit('POST', '/api/admin/restrictions', body))).to.equal('403 forbidden');
  });
});

describe('a restriction for good', () => {
  isAStory();
  const body = (who: Player) => ({ user_id: who.id, kind: 'restriction', hours: null, reason });
  const confirm = (by: Player, id: string) => by.visit('POST', `/api/admin/restrictions/${id}/confirm`);

  it('takes two different moderators where there are two: until then it lasts a week', async () => {
    const [ben, cleo, bob] = [await staff(), await staff(), await person()];
    const imposed = told<{ id: string; until: string; awaits_confirmation: boolean }>(
      await ben.visit('POST', '/api/admin/restrictions', body(bob)),
    );
    expect(imposed.awaits_confirmation).to.equal(true);
    expect(Date.parse(imposed.until) - clock.ms()).to.be.closeTo(7 * 24 * 3600_000, 5000);
    expect(codeOf(await confirm(ben, imposed.id))).to.equal('409 another_moderator');
    const awaiting = await cleo.visit('GET', '/api/admin/restrictions?show=awaiting');
    expect(told<{ restrictions: object[] }>(awaiting).restrictions).to.have.length(1);
    expect(told<object>(await confirm(cleo, imposed.id))).to.include({ until: null, confirmed_by: cleo.id });
    expect(codeOf(await confirm(cleo, imposed.id))).to.equal('409 settled_already');
    clock.advance(8 * 24 * 3600_000);
    expect(await refusal(bob.start())).to.equal('restricted');
  });

  it('that was lifted meanwhile cannot be confirmed any more', async () => {
    const [ben, cleo, bob] = [await staff(), await staff(), await person()];
    const { id } = told<{ id: string }>(await ben.visit('POST', '/api/admin/restrictions', body(bob)));
    told(await cleo.visit('POST', `/api/admin/restrictions/${id}/lift`));
    expect(codeOf(await confirm(cleo, id))).to.equal('409 settled_already');
    expect(await deeds()).to.deep.equal(['restrict', 'lift']);
    clock.advance(1000);
    await bob.start();
  });

  it('that has run out before it was confirmed cannot be confirmed any more', async () => {
    const [ben, cleo, bob] = [await staff(), await staff(), await person()];
    const { id } = told<{ id: string }>(await ben.visit('POST', '/api/admin/restrictions', body(bob)));
    clock.advance(rules.moderation.permanentAwaitsHours * 3600_000 + 1000);
    expect(codeOf(await confirm(cleo, id))).to.equal('409 settled_already');
    await bob.start();
  });

  it('is a lone moderator’s at once, and the log says that they were alone', async () => {
    const [ben, bob] = [await staff(), await person()];
    const imposed = told<{ until: null }>(await ben.visit('POST', '/api/admin/restrictions', body(bob)));
    expect(imposed).to.include({ until: null, awaits_confirmation: false });
    expect((await listLog({ cursor: null, subject: bob.id, limit: 1 }))[0]!.details).to.include({
      alone: true,
    });
  });
});

describe('a role', () => {
  isAStory();

  it('is given and taken by an admin, never one’s own, and what is taken ends at once', async () => {
    const [root, ben] = [await staff('admin'), await staff()];
    const give = (by: Player, to: string, role: string) =>
      by.visit('PATCH', `/api/admin/users/${to}`, { role });
    expect(codeOf(await give(ben, ben.id, 'admin'))).to.equal('403 forbidden');
    expect(codeOf(await give(root, root.id, 'member'))).to.equal('403 forbidden');
    expect(codeOf(await give(root, (await person()).id, 'moderator')), 'a guest has no password').to.equal(
      '400 invalid',
    );
    expect(codeOf(await give(root, newId(), 'moderator'))).to.equal('404 not_found');
    expect(codeOf(await ben.visit('GET', '/api/admin/flags'))).to.equal('200');
    expect((await give(root, ben.id, 'member')).status).to.equal(204);
    expect(codeOf(await ben.visit('GET', '/api/admin/flags')), 'with the token that says otherwise').to.equal(
      '403 forbidden',
    );
  });

  it('lets its holder find people by id, by e-mail in full and by the beginning of a name', async () => {
    const [ben, root, bob] = [
      await staff(),
      await staff('admin'),
      await person({ display_name: 'Bobadilla' }),
    ];
    const [{ email } = { email: '' }] = await sql<{ email: string }>(
      'SELECT email FROM users WHERE id = $1',
      [root.id],
    );
    const find = async (q: string) =>
      told<{ people: { id: string; email: string | null }[] }>(
        await ben.visit('GET', `/api/admin/users?q=${encodeURIComponent(q)}`),
      ).people;
    expect((await find('bobad')).map(({ id }) => id)).to.deep.equal([bob.id]);
    expect((await find(bob.id)).map(({ id }) => id)).to.deep.equal([bob.id]);
    expect(await find('obadilla')).to.be.empty;
    expect(await find('%')).to.be.empty;
    expect((await find(email))[0]).to.include({ id: root.id, email });
    expect((await find('admin'))[0], 'who does not know the e-mail does not learn it').to.include({
      email: null,
    });
    expect((await ben.visit('GET', `/api/admin/users/${bob.id}`)).status).to.equal(200);
    expect(codeOf(await ben.visit('GET', `/api/admin/users/${newId()}`))).to.equal('404 not_found');
  });
});
