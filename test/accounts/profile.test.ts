import { expect } from 'chai';
import { journeyIn } from '#core/commands/draft.ts';
import { lockDraft, saveDraft } from '#core/commands/locked.ts';
import { advance } from '#core/journey/advance.ts';
import { transaction } from '#core/transaction.ts';
import { sql } from '#db/postgres.ts';
import { buildGuest, buildMember } from '../build.ts';
import { as, openDoor } from '../api/door.ts';
import { waitsForALock } from '../gate.ts';

const door = openDoor();

describe('the profile', () => {
  it('is read by its owner, who has to be signed in', async () => {
    const member = await buildMember();

    expect((await door.get('/api/me').set(as(member))).body).to.deep.equal(member.user);
    const { status, body, headers } = await door.get('/api/me');
    expect(status).to.equal(401);
    expect(body.code).to.equal('unauthenticated');
    expect(headers['www-authenticate']).to.equal('Bearer realm="minuet"');
  });

  it('of an account that is gone asks to sign in', async () => {
    const guest = await buildGuest();
    await sql('DELETE FROM users');

    expect((await door.get('/api/me').set(as(guest))).status).to.equal(401);
    expect((await door.patch('/api/me').set(as(guest)).send({ bio: 'x' })).status).to.equal(401);
  });

  it('changes where it is told to, and nowhere else', async () => {
    const guest = await buildGuest({ location: { latitude: 48.2, longitude: 16.37 } });
    const changes = {
      display_name: 'Kim',
      bio: 'First line\r\nsecond',
      gender: 'woman',
      interests: ['chess', 'Chess'],
      seniority: 'lead',
      contact_handle: '@kim',
    };
    const { body } = await door.patch('/api/me').set(as(guest)).send(changes).expect(200);

    expect(body).to.deep.equal({
      ...guest.user,
      ...changes,
      bio: 'First line\nsecond',
      interests: ['chess'],
    });
    const cleared = { location: null, seniority: null, contact_handle: null, bio: '' };
    const { location: _, ...after } = { ...body, ...cleared, cell: null };
    expect((await door.patch('/api/me').set(as(guest)).send(cleared)).body).to.deep.equal(after);
    expect((await door.patch('/api/me').set(as(guest)).send({})).body).to.deep.equal(after);
  });

  it('never changes its birth date, kind, role or e-mail', async () => {
    const guest = await buildGuest();
    for (const field of [
      { birth_date: '1980-01-01' },
      { kind: 'member' },
      { role: 'admin' },
      { email: 'a@b.org' },
    ]) {
      const { status, body } = await door.patch('/api/me').set(as(guest)).send(field);
      expect(status).to.equal(400);
      expect(body.errors).to.deep.equal([{ path: Object.keys(field)[0], message: 'Unknown field' }]);
    }
    expect((await door.get('/api/me').set(as(guest))).body).to.deep.equal(guest.user);
  });

  it('moves the version of the journey when something changes that matching looks at, and only then', async () => {
    const guest = await buildGuest();
    const change = async (body: object) => {
      await door.patch('/api/me').set(as(guest)).send(body).expect(200);
      const [journey] = await sql<{ version: number }>('SELECT version FROM journeys');
      return journey?.version;
    };

    expect(await change({ interests: ['sailing'] })).to.equal(2);
    expect(await change({ gender: 'man' })).to.equal(3);
    expect(await change({ seniority: 'mid' })).to.equal(4);
    expect(await change({ location: { latitude: 0, longitude: 0 } })).to.equal(5);
    expect(await change({ gender: 'man', interests: ['sailing'] })).to.equal(5);
    expect(await change({ display_name: 'Kim', bio: 'x', contact_handle: '@kim' })).to.equal(5);
  });

  it('survives two changes at once, each of its own field', async () => {
    const guest = await buildGuest();
    const send = (body: object) => door.patch('/api/me').set(as(guest)).send(body).expect(200);
    await Promise.all([
      send({ bio: 'bio' }),
      send({ gender: 'man' }),
      send({ interests: ['go'] }),
      send({ seniority: 'mid' }),
    ]);

    const { body } = await door.get('/api/me').set(as(guest));
    expect(body).to.include({ bio: 'bio', gender: 'man', seniority: 'mid' });
    expect(body.interests).to.deep.equal(['go']);
    const [journey] = await sql<{ version: number }>('SELECT version FROM journeys');
    expect(journey?.version).to.equal(4);
  });

  it('is changed back while somebody changes it: both are changes', async () => {
    const guest = await buildGuest({ interests: ['jazz'] });
    const changingBack = await transaction(async (tx) => {
      const draft = await lockDraft(tx, { people: [guest.user.id] });
      advance(journeyIn(draft, guest.user.id), 'profile');
      await saveDraft(tx, draft);
      await tx.sql("UPDATE users SET interests = '{sailing}'");
      const patch = door
        .patch('/api/me')
        .set(as(guest))
        .send({ interests: ['jazz'] });
      const answer = patch.then(({ body }) => body);
      await waitsForALock(answer);
      return { answer };
    });

    expect((await changingBack.answer).interests).to.deep.equal(['jazz']);
    const [journey] = await sql<{ version: number }>('SELECT version FROM journeys');
    expect(journey?.version).to.equal(3);
  });

  it('refuses a slur as the new name, and a bio beyond its length', async () => {
    const guest = await buildGuest();
    expect((await door.patch('/api/me').set(as(guest)).send({ display_name: 'faggot' })).status).to.equal(
      400,
    );
    expect(
      (
        await door
          .patch('/api/me')
          .set(as(guest))
          .send({ bio: 'x'.repeat(501) })
      ).status,
    ).to.equal(400);
  });
});
