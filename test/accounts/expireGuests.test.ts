import { expect } from 'chai';
import { expireGuests } from '#core/accounts/expireGuests.ts';
import { refresh } from '#core/accounts/refreshToken.ts';
import { clock } from '#core/clock.ts';
import { inOrder, newId } from '#core/ids.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember, type Person } from '../build.ts';

const hours = (n: number) => n * 3600 * 1000;
const left = async () => (await sql<{ id: string }>('SELECT id FROM users')).map(({ id }) => id);

describe('a guest who is not coming back', () => {
  it('is deleted after a day without a sign of life, with all that is theirs', async () => {
    await buildGuest();
    clock.advance(hours(24) - 1000);
    expect(await expireGuests()).to.equal(0);
    clock.advance(2000);

    expect(await expireGuests()).to.equal(1);
    expect(await left()).to.be.empty;
    expect(await sql('SELECT user_id FROM journeys')).to.be.empty;
    expect(await sql('SELECT id FROM refresh_tokens')).to.be.empty;
    expect(await sql('SELECT id FROM devices'), 'what counts against the device stays').to.have.length(1);
  });

  it('is not one who refreshed meanwhile, nor a member', async () => {
    const member = await buildMember();
    const guest = await buildGuest();
    clock.advance(hours(23));
    await refresh(guest.refreshToken);
    clock.advance(hours(2));

    expect(await expireGuests()).to.equal(0);
    expect(await left()).to.have.members([member.user.id, guest.user.id]);
  });

  it('is not one who is anywhere but at IDLE, or whose session is paused', async () => {
    const waiting = await buildGuest();
    const paused = await buildGuest();
    await sql(
      "UPDATE journeys SET state = 'WAITING', session_id = $2, waiting_since = $3 WHERE user_id = $1",
      [waiting.user.id, newId(), clock.now()],
    );
    await sql('UPDATE journeys SET session_id = $2 WHERE user_id = $1', [paused.user.id, newId()]);
    clock.advance(hours(100));

    expect(await expireGuests()).to.equal(0);
  });

  it('is not one whose journey somebody holds at this moment', async () => {
    const guest = await buildGuest();
    clock.advance(hours(25));
    await transaction(async (tx) => {
      await tx.sql('SELECT user_id FROM journeys WHERE user_id = $1 FOR UPDATE', [guest.user.id]);
      expect(await expireGuests()).to.equal(0);
    });

    expect(await expireGuests()).to.equal(1);
  });

  it('with a mutual match is waited for until nobody can sign in as them any more', async () => {
    const guest = await buildGuest();
    await meetMutually(guest, await buildMember());
    clock.advance(hours(24 * 30) - 1000);
    expect(await expireGuests()).to.equal(0);
    clock.advance(2000);

    expect(await expireGuests()).to.equal(1);
    expect(await sql('SELECT id FROM rounds'), 'the other keeps the match').to.have.length(1);
  });

  it('goes in batches, however many there are', async () => {
    await buildGuest();
    await sql(
      `WITH made AS (
         INSERT INTO users (id, kind, device_id, display_name, birth_date, gender, created_at, active_at)
         SELECT gen_random_uuid(), 'guest', device_id, 'Robin', '1990-01-01', 'other', created_at, active_at
           FROM users, generate_series(1, 449)
         RETURNING id, device_id, created_at)
       INSERT INTO journeys (user_id, device_id, pool, changed_at, last_seen_at)
       SELECT id, device_id, 'world', created_at, created_at FROM made`,
    );
    clock.advance(hours(25));

    expect(await expireGuests()).to.equal(450);
    expect(await left()).to.be.empty;
  });
});

async function meetMutually(a: Person, b: Person): Promise<void> {
  await sql(
    `INSERT INTO rounds (id, pool, mode, status, user1_id, user2_id, score, score_parts, matched_topics, matched_at,
                         ack_deadline_at, join_deadline_at, started_at, deadline_at, ended_at, end_reason, mutual_at)
     VALUES ($1, 'world', 'video', 'completed', $2, $3, 50, '{}', '{}', $4, $4, $4, $4, $4, $4, 'clock', $4)`,
    [newId(), ...inOrder(a.user.id, b.user.id), clock.now()],
  );
}
