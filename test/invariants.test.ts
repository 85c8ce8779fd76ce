import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { couples } from '#core/invariants/waiters.ts';
import { settings } from '#core/settings.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { connecting, deciding, person, placed, runWave, talking, waiting, type Player } from './cast.ts';
import { run } from './database.ts';
import { checkInvariants, look } from './invariants.ts';

const house = {
  databaseUrl: settings.databaseUrl,
  redisUrl: settings.redisUrl,
  redisPrefix: settings.redisPrefix,
};
const check = (options = {}) => checkInvariants(house, { nowMs: clock.ms(), quiet: true, ...options });

type Place = () => Promise<Player[]>;

/** The two have had a round before, which ended at an instant of the present one's. */
const before = (endedAt: string): string => `
  INSERT INTO rounds SELECT gen_random_uuid(), pool, mode, 'cancelled', user1_id, user2_id, score, score_parts, matched_topics,
    matched_at - interval '1 minute', ack_deadline_at, join_deadline_at, NULL, NULL, ${endedAt}, 'skip', user1_id FROM rounds;
  INSERT INTO round_participants (round_id, user_id, session_id, device_id, live)
    SELECT r.id, p.user_id, p.session_id, p.device_id, false
      FROM rounds r, round_participants p WHERE r.id <> p.round_id AND r.status = 'cancelled'`;

const restricted = `
  INSERT INTO restrictions (id, user_id, kind, reason, created_at, automated)
    SELECT user1_id, user1_id, 'restriction', 'Because', matched_at - interval '1 second', true FROM rounds;
  INSERT INTO restriction_reach SELECT user1_id, 'account', user1_id FROM rounds`;

/** Somebody restricted the first of the two and judged the appeal; `changes` come after that. */
const judged = (changes: string): string => `
  INSERT INTO restrictions (id, user_id, kind, reason, created_at, automated, issued_by)
    SELECT user1_id, user1_id, 'restriction', 'Because', matched_at + interval '1 hour', false, user2_id FROM rounds;
  INSERT INTO restriction_reach SELECT user1_id, 'device', device_id FROM rounds JOIN refresh_tokens ON user_id = user1_id;
  INSERT INTO appeals (id, restriction_id, user_id, device_id, text, created_at)
    SELECT user1_id, user1_id, user1_id, user1_id, 'No', matched_at FROM rounds;
  INSERT INTO moderation_log (seq, at, action, details, previous, hash)
    SELECT 1, matched_at + interval '3 hours', 'confirm_permanent', jsonb_build_object('restriction_id', user1_id), 'a', 'b' FROM rounds;
  ${changes}`;

const blocked = (at: string): string =>
  `INSERT INTO blocks SELECT gen_random_uuid(), user2_id, user2_id, user1_id, user1_id, NULL, ${at} FROM rounds`;

/** What must never be, and how it can be brought about all the same: past the product, in its database. */
const breaches: [sentence: string, place: Place, statement: string][] = [
  [
    'sits in two live rounds',
    talking,
    `DROP INDEX round_participants_one_live; INSERT INTO rounds SELECT gen_random_uuid(), pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at, ack_deadline_at, join_deadline_at, started_at, deadline_at FROM rounds; INSERT INTO round_participants (round_id, user_id, session_id, device_id) SELECT r.id, p.user_id, p.session_id, p.device_id FROM rounds r, round_participants p WHERE r.id <> p.round_id`,
  ],
  [
    'two distinct participants',
    talking,
    `DELETE FROM round_participants WHERE user_id = (SELECT user1_id FROM rounds)`,
  ],
  ['its seats are not', talking, `UPDATE round_participants SET live = false`],
  ['step is missing', talking, `DELETE FROM journey_events WHERE version = 3`],
  ['not where its last step led', () => placed('WAITING'), `UPDATE journeys SET version = version + 1`],
  [
    'not ended exactly once',
    deciding,
    `UPDATE journey_events SET from_state = 'DECIDING' WHERE event = 'clock'`,
  ],
  ['before both had joined', talking, `UPDATE round_participants SET joined_at = NULL`],
  ['deadline has moved', talking, `UPDATE rounds SET deadline_at = deadline_at + interval '1 second'`],
  ['goes on two seconds', talking, `UPDATE rounds SET deadline_at = deadline_at - interval '183 seconds'`],
  ['longer than its time', deciding, `UPDATE rounds SET ended_at = ended_at + interval '1 second'`],
  ['not cancelled', deciding, `UPDATE rounds SET status = 'cancelled'`],
  [
    'waited to be joined',
    connecting,
    `UPDATE rounds SET join_deadline_at = join_deadline_at - interval '1 minute'`,
  ],
  [
    'at another time',
    talking,
    `INSERT INTO decisions SELECT id, user1_id, 'next', NULL, matched_at FROM rounds`,
  ],
  ['mutual without two yeses', deciding, `UPDATE rounds SET mutual_at = ended_at`],
  [
    'across a block',
    talking,
    `INSERT INTO blocks SELECT gen_random_uuid(), user2_id, user2_id, user1_id, user1_id, NULL, matched_at - interval '1 second' FROM rounds`,
  ],
  ['their own device', talking, `UPDATE round_participants SET device_id = round_id`],
  ['journey and its round do not agree', talking, `UPDATE journeys SET state = 'CONNECTING'`],
  ['their journey says otherwise', connecting, `UPDATE journeys SET state = 'IDLE', round_id = NULL`],
  ['journey and its session do not agree', () => placed('WAITING'), `UPDATE sessions SET status = 'paused'`],
  ['nothing to tell', () => placed('DISCONNECTING'), `UPDATE journeys SET notice = NULL`],
  ['in two rounds at once', talking, before(`matched_at + interval '1 second'`)],
  ['another one for one of the two', () => placed('DISCONNECTING'), `UPDATE rounds SET end_reason = 'end'`],
  [
    'led elsewhere',
    () => placed('DISCONNECTING'),
    `UPDATE journey_events SET event = 'retired' WHERE event = 'requeued'`,
  ],
  [
    'started twice',
    talking,
    `INSERT INTO journey_events SELECT user_id, 99, event, from_state, to_state, round_id, session_id, at FROM journey_events WHERE event = 'started'`,
  ],
  ['by somebody else', deciding, `UPDATE rounds SET ended_by = gen_random_uuid()`],
  ['closed before its window', deciding, `UPDATE rounds SET settled_at = ended_at`],
  [
    'made after a block',
    deciding,
    `UPDATE rounds SET mutual_at = ended_at + interval '1 second'; ${blocked('ended_at')}`,
  ],
  [
    'by a vote that is not theirs',
    deciding,
    `INSERT INTO journey_events SELECT user_id, 99, 'voted', 'DECIDING', 'WAITING', round_id, session_id, at FROM journey_events WHERE event = 'clock'`,
  ],
  [
    'across an exclusion',
    talking,
    `${before(`matched_at - interval '1 second'`)}; INSERT INTO exclusions SELECT gen_random_uuid(), p.user_id, p.device_id, q.user_id, q.device_id, r.id, 'met', p.session_id FROM rounds r, round_participants p, round_participants q WHERE r.status = 'cancelled' AND p.live AND q.live AND p.user_id <> q.user_id`,
  ],
  [
    'voter was paired while the other had not voted',
    async () => {
      const [ann, bob] = await deciding();
      for (const one of [ann, bob]) await one.decide('next');
      await (await person()).start();
      await runWave();
      return [ann, bob];
    },
    `UPDATE decisions SET decided_at = decided_at + interval '10 seconds'`,
  ],
  [
    'after the one at which that was written',
    waiting,
    `UPDATE journeys SET waiting_since = waiting_since + interval '10 seconds'`,
  ],
  ['was paired who was restricted', talking, restricted],
  ['restricted person went on', talking, restricted],
  [
    'while cooling down',
    talking,
    `INSERT INTO journey_events SELECT user1_id, 99, 'skip', 'IN_CALL', 'DISCONNECTING', NULL, NULL, matched_at - interval '30 seconds' FROM rounds; UPDATE journeys SET cooldown_until = r.matched_at + interval '30 seconds' FROM rounds r`,
  ],
  ['one of them has blocked the other', talking, blocked('matched_at')],
  [
    'before the one before it',
    talking,
    `UPDATE journey_events SET at = at - interval '1 hour' WHERE version = 3`,
  ],
  ['do not add up', talking, `UPDATE round_participants SET live = false`],
  ['on one device', talking, `UPDATE journeys SET device_id = r.user1_id FROM rounds r`],
  [
    'has left something behind',
    talking,
    `INSERT INTO journey_events SELECT gen_random_uuid(), 2, event, from_state, to_state, NULL, NULL, at FROM journey_events WHERE event = 'clock' OR event = 'started' LIMIT 1`,
  ],
  [
    'a round was finished since',
    deciding,
    `UPDATE devices SET early_exits = 1 WHERE id IN (SELECT device_id FROM journeys JOIN rounds ON user2_id = user_id)`,
  ],
  ['a round was finished since', deciding, `UPDATE journeys SET early_exits = 1`],
  ['judged their own', talking, judged('UPDATE appeals SET answered_by = r.user2_id FROM rounds r')],
  ['confirmed their own', talking, judged('UPDATE restrictions SET confirmed_by = issued_by')],
  [
    'confirmed after it was lifted',
    talking,
    judged(`UPDATE restrictions SET lifted_at = created_at + interval '1 hour', lifted_by = issued_by`),
  ],
  [
    'log is no chain',
    talking,
    judged(
      `INSERT INTO moderation_log (seq, at, action, details, previous, hash) SELECT 2, at, action, '{}', 'c', 'd' FROM moderation_log`,
    ),
  ],
  ['does not reach a device', talking, judged('DELETE FROM restriction_reach')],
  ['unique index of the database is missing', talking, 'DROP INDEX round_participants_one_live'],
  ['not of the table', () => placed('WAITING'), `UPDATE journey_events SET event = 'voted'`],
];

describe('the invariants', () => {
  it('hold in a house where nothing is wrong', async () => {
    for (const place of [waiting, connecting, talking, deciding]) {
      const people = await place();
      expect(await check()).to.deep.equal([]);
      for (const one of people) await one.stop();
    }
  });

  for (const [sentence, place, statement] of breaches)
    it(`notice: ${sentence}`, async () => {
      await place();
      await run(settings.databaseUrl, statement);
      try {
        expect((await check()).join('\n')).to.contain(sentence);
      } finally {
        await sql('DELETE FROM round_participants');
        await sql(
          'CREATE UNIQUE INDEX IF NOT EXISTS round_participants_one_live ON round_participants (user_id) WHERE live',
        );
      }
    });

  it('notice two started rounds of one pair in a session, where that is the rule', async () => {
    const [ann, bob] = await talking();
    const meets = (one: Player) =>
      sql('UPDATE round_participants SET session_id = $2 WHERE user_id = $1', [one.id, ann.session]);
    await bob.skip();
    for (const one of [ann, bob]) await one.stop();
    await talking(ann, bob);
    await meets(ann);
    expect((await check()).join('\n')).to.contain('Two started rounds of one pair');
    expect((await check({ meetOnce: false })).join('\n')).not.to.contain('Two started rounds');
  });

  it('notice a view that is newer than the truth, and in the quiet one that has stayed behind', async () => {
    const [ann] = await waiting();
    const view = keys.view('world', ann.id);
    await redis.hset(view, 'version', 99);
    expect((await check({ quiet: false })).join('\n')).to.contain('newer than the truth');
    await redis.hset(view, 'version', 1);
    expect(await check({ quiet: false })).to.deep.equal([]);
    expect((await check()).join('\n')).to.contain('stayed behind');
  });

  it('notice a view that says something else than the truth', async () => {
    const [ann] = await talking();
    await redis.hset(keys.view('world', ann.id), 'peer_epoch', 9);
    expect((await check({ quiet: false })).join('\n')).to.contain('says something else');
  });

  it('notice who is left alone in a round, and who is in the pool without being there, where sweepers run', async () => {
    await talking();
    const [cas] = await waiting();
    const aMinuteLater = { nowMs: clock.ms() + 66_000 };
    expect((await check(aMinuteLater)).join('\n')).not.to.contain('heard of');
    const found = (await check({ ...aMinuteLater, running: true })).join('\n');
    expect(found).to.contain('left alone in a round');
    expect(found).to.contain(`who has not been heard of: ${cas.id}`);
  });

  it('know who could meet, and who could not', async () => {
    const [ann, bob] = await waiting();
    const sight = await look(house);
    expect(await couples(sight, clock.ms())).to.have.lengthOf(1);
    await sql('UPDATE sessions SET min_age = 99 WHERE user_id = $1', [ann.id]);
    expect(await couples(sight, clock.ms())).to.deep.equal([]);
    await sql('UPDATE sessions SET min_age = 18');
    await sql(
      'INSERT INTO blocks SELECT gen_random_uuid(), $1, device_id, $2, device_id, NULL, changed_at FROM journeys LIMIT 1',
      [bob.id, ann.id],
    );
    expect(await couples(sight, clock.ms())).to.deep.equal([]);
  });

  it('notice who is in the pool and does not wait, and who waits and is not in it', async () => {
    const [ann, bob] = await waiting();
    await redis.zrem(keys.waiting('world'), ann.id);
    await sql(`UPDATE journeys SET parked = true WHERE user_id = $1`, [bob.id]);
    const found = (await check()).join('\n');
    expect(found).to.contain(`Somebody waits who is not in the queue: ${ann.id}`);
    expect(found).to.contain(`Somebody is in the queue who does not wait: ${bob.id}`);
  });
});
