import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { settings } from '#core/settings.ts';
import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { connecting, deciding, placed, talking, waiting, type Player } from './cast.ts';
import { run } from './database.ts';
import { checkInvariants } from './invariants.ts';

const check = (options = {}) =>
  checkInvariants(
    { databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl, redisPrefix: settings.redisPrefix },
    { nowMs: clock.ms(), quiet: true, ...options },
  );

type Place = () => Promise<Player[]>;

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
  ['too early', talking, `INSERT INTO decisions SELECT id, user1_id, 'next', NULL, matched_at FROM rounds`],
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

  it('notice who is in the pool and does not wait, and who waits and is not in it', async () => {
    const [ann, bob] = await waiting();
    await redis.zrem(keys.waiting('world'), ann.id);
    await sql(`UPDATE journeys SET parked = true WHERE user_id = $1`, [bob.id]);
    const found = (await check()).join('\n');
    expect(found).to.contain(`Somebody waits who is not in the pool: ${ann.id}`);
    expect(found).to.contain(`Somebody is in the pool who does not wait: ${bob.id}`);
  });
});
