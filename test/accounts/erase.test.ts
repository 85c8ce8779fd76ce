import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { restrict } from '#core/safety/restrict.ts';
import { listLog } from '#core/audit/log.ts';
import { sweep } from '#core/sweeper.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { isAStory, person, placed, refusal, roundOf, statesOf, talking, type Player } from '../cast.ts';
import { codeOf, staff, told } from '../moderation/staff.ts';
import { canary, inPostgres, inRedis, logged } from './canaries.ts';

const erase = (who: Player) => who.visit('DELETE', '/api/me');
const word = (about: string) => `${canary} ${about}`;
/** The partner's word, which must never be found in an export of the first one's data. */
const partners = 'xqzpartner';

/** Two who liked each other; each has written a word of their own into everything that can be written. */
async function plant(): Promise<{ ann: Player; bob: Player }> {
  const ann = await person({ display_name: word('name'), interests: [word('topic')] });
  const bob = await person({
    display_name: `${partners} name`,
    interests: [word('topic').toUpperCase().toLowerCase(), `${partners} topic`],
  });
  for (const [one, own] of [
    [ann, canary],
    [bob, partners],
  ] as const) {
    await one.visit('PATCH', '/api/me', { bio: `${own} bio`, contact_handle: `${own} handle` });
    const registering = { email: `${own}@example.org`, password: `${own} password` };
    told(
      await one.visit('POST', '/api/auth/register', registering, {
        headers: { 'Idempotency-Key': `${own}-key` },
      }),
    );
    await one.start({ preferred_interests: [`${own} wish`] }, `${own}-start`);
    await one.stop();
  }
  await talking(ann, bob);
  for (const [one, own] of [
    [ann, canary],
    [bob, partners],
  ] as const) {
    await one.say(`${own} line`, `${own}-line`);
    const offer = { type: 'offer', sdp: `${own} sdp` };
    await one.send({ session_id: one.round, type: 'offer', data: offer });
    await one.visit('POST', `/api/video/quality/${one.round}`, { setup_ms: 1 });
  }
  clock.advance(settings.roundSeconds * 1000);
  await sweep();
  await ann.decide('continue', { warmth: 5 });
  await bob.decide('continue', { warmth: 4 });
  return { ann, bob };
}

describe('erasing an account', () => {
  isAStory();

  it('leaves nothing that its owner has written: not in Postgres, not in Redis, not in the log', async () => {
    const written = await logged(async () => {
      const { ann, bob } = await plant();
      expect(await inPostgres(), 'the word is there').to.have.length.above(4);
      expect(await inRedis()).not.to.be.empty;
      await sql(`UPDATE users SET interests = '{}' WHERE id = $1`, [bob.id]); // bob’s own, which stays his
      expect((await erase(ann)).status).to.equal(204);
      expect((await bob.poll()).notice, 'a match that can no longer be told').to.equal(null);
    });
    expect(written).to.include('/api/me');
    expect(written.toLowerCase(), 'in the log').not.to.include(canary);
    expect(await inPostgres()).to.deep.equal([]);
    expect(await inRedis()).to.deep.equal([]);
  });

  it('ends every token at once, and a second time finds nobody', async () => {
    const [ann] = await placed('WAITING');
    const held = await ann.hold();
    await erase(ann);
    const answer = await held.answer.then(({ state }) => state, String);
    expect(answer, 'as soon as the search ended, or once all was gone').to.match(
      /^IDLE$|401 unauthenticated/,
    );
    for (const [method, path] of [
      ['GET', '/api/me'],
      ['DELETE', '/api/me'],
      ['GET', '/api/matches'],
      ['GET', `/api/continuous-matching/next-match?session_id=${ann.session}`],
    ] as const)
      expect(codeOf(await ann.visit(method, path)), path).to.equal('401 unauthenticated');
  });

  it('is told to a poll that has read the view a moment before', async () => {
    const [ann] = await placed('WAITING');
    const path = `/api/continuous-matching/next-match?session_id=${ann.session}`;
    await ann.stop();
    const view = await redis.dumpBuffer(keys.view('world', ann.id));
    await erase(ann);
    await redis.restore(keys.view('world', ann.id), 0, view, 'REPLACE');
    expect(codeOf(await ann.visit('GET', path))).to.equal('401 unauthenticated');
  });

  for (const state of ['CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING', 'paused'] as const)
    it(`in ${state} is End first, and the partner goes on as after an end`, async () => {
      const [ann, bob] = await placed(state);
      if (state === 'DECIDING') await ann.decide('continue');
      expect((await erase(ann)).status).to.equal(204);
      if (state === 'IN_CALL') expect((await bob.poll()).notice).to.deep.include({ reason: 'end' });
      if (state === 'DECIDING') {
        expect((await bob.decide('continue')).outcome).to.equal('pending');
        clock.advance(settings.decisionSeconds * 1000);
        await sweep();
        expect((await roundOf(bob)).mutual_at, 'nobody matches with somebody who is gone').to.equal(null);
      }
      await bob.poll().catch(() => undefined);
      if (bob.round) {
        const history = await bob.visit('GET', `/api/matches/${bob.round}`);
        expect(told<{ partner: null }>(history).partner).to.equal(null);
      }
      expect((await statesOf(bob))[0]).to.be.oneOf(['WAITING', 'IDLE', 'DISCONNECTING', 'DECIDING']);
    });

  it('keeps what safety needs: flags about and by them, restrictions, and the log with bare ids', async () => {
    const [ann, bob] = await talking(await person(), await person({ display_name: word('name') }));
    await bob.say(word('line'));
    await ann.flag({ reason: 'He would not stop shouting' });
    const ben = await staff();
    const order = { userId: bob.id, kind: 'restriction' as const, category: null, hours: 48, flagId: null };
    await restrict({ ...order, reason: 'Shouted at everybody' }, ben.id);
    expect((await erase(bob)).status, 'the restricted may leave too').to.equal(204);

    expect(await sql('SELECT id FROM flags WHERE flagged_id = $1', [bob.id])).to.have.length(1);
    expect(
      (await inPostgres()).map((row) => row.split(':')[0]),
      'the evidence and its lines',
    ).to.have.members([...['flags', 'chat_lines']]);
    expect(
      (await listLog({ cursor: null, subject: bob.id, limit: 9 })).map(({ action }) => action),
    ).to.deep.equal(['restrict', 'flag']);
    const again = await person({ device_token: bob.deviceToken });
    expect(await refusal(again.start()), 'and is no way around a restriction').to.equal('restricted');
    await ann.poll();
  });
});

/** What each part of an export tells: a further column is to be somebody's decision. */
const exported: Record<string, string> = {
  profile:
    'age bio birth_date cell contact_handle created_at display_name email gender id interests kind role seniority',
  restrictions:
    'active appeal automated category id lifted_at my_appeal permanent reached_by scope seen_at since until what why',
  sign_ins: 'created_at device_id expires_at revoked_at used_at',
  devices: 'cooldown_until created_at early_exits id network network_at',
  sessions:
    'device_id end_reason ended_at genders id max_age max_distance_km min_age mode personality_weight pool preferred_interests started_at status user_id',
  rounds:
    'device_id ended ended_at epoch id joined_at left_at matched_at matched_topics mode mutual_at quality score started_at status waiting_since',
  decisions: 'decided_at decision ratings round_id',
  messages: 'created_at id round_id text',
  blocks: 'created_at id round_id',
  flags: 'category created_at id reason round_id status updated_at withdrawn_at',
  activity: 'at from_state round_id session_id to_state version',
};

describe('taking one’s data along', () => {
  isAStory();

  it('gives everything that its owner has written and done, and nothing of anybody else', async () => {
    const { ann, bob } = await plant();
    const visit = await ann.visit('GET', '/api/me/export');
    const text = JSON.stringify(told(visit));
    for (const about of ['name', 'topic', 'bio', 'handle', 'wish', 'line'])
      expect(text).to.include(word(about));
    expect(text).to.include(`${canary}@example.org`).and.to.include('"warmth":5');
    expect(text, 'no hash').not.to.match(/password|token_hash/);
    const { rounds, activity, decisions } = told<Record<string, object[]>>(visit);
    expect(rounds).to.have.length(1);
    expect(activity!.length).to.be.above(5);
    expect(decisions).to.have.length(1);

    expect(await inPostgres(partners), 'the partner’s word is there').to.have.length.above(4);
    const seat = await sql<{ session_id: string }>(
      'SELECT session_id FROM round_participants WHERE user_id = $1',
      [bob.id],
    );
    for (const trace of [partners, '"warmth":4', bob.id, bob.me.deviceId, seat[0]!.session_id])
      expect(text.toLowerCase(), 'nothing of the partner').not.to.include(trace);
  });

  it('has these columns, and no others', async () => {
    const { ann, bob } = await plant();
    for (const one of [ann, bob]) await one.flag({ reason: 'He shouted' });
    const order = { kind: 'warning', category: null, reason: 'Shouted', hours: null, flagId: null } as const;
    const { id } = await restrict({ ...order, userId: ann.id }, null);
    told(await ann.visit('POST', '/api/appeals', { restriction_id: id, text: 'It was my brother' }));
    const { exported_at, ...parts } = told<Record<string, unknown>>(await ann.visit('GET', '/api/me/export'));
    expect(exported_at).to.be.a('string');
    for (const [part, rows] of Object.entries(parts)) expect(columnsOf(rows), part).to.equal(exported[part]);
    expect(parts).to.have.all.keys(exported);
  });
});

/** Every column of a list of rows, or of one row. */
function columnsOf(rows: unknown): string {
  const all = [rows].flat().flatMap((row) => Object.keys(Object(row) as object));
  return [...new Set(all)].toSorted().join(' ');
}
