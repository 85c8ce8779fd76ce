import { expect } from 'chai';
import { z } from 'zod';
import { Problem } from '#core/errors.ts';
import { operation } from '#api/operation.ts';
import { logged } from '../accounts/canaries.ts';
import { buildGuest } from '../build.ts';
import { as, openDoor } from './door.ts';

describe('the lane of polls', () => {
  const word = z.strictObject({ word: z.enum(['abc', 'refuse', 'break']) });
  const poll = operation({
    method: 'get',
    path: '/api/poll/{word}',
    summary: 'A poll',
    tags: [],
    auth: 'user',
    limits: ['poll'],
    poll: true,
    params: word,
    query: z.strictObject({ seen: z.string().optional() }),
    responses: { 200: z.strictObject({ word: z.string(), seen: z.string() }) },
    handle: ({ params, query }) => {
      if (params.word === 'refuse') throw new Problem('wrong_state');
      if (params.word === 'break') throw new Error('Secret details');
      return { ...params, seen: query.seen ?? '' };
    },
  });
  const door = openDoor({ operations: [poll] });
  const ask = async (address: string) => {
    const { status, body, headers } = await door
      .get(address)
      .set({ ...as(await buildGuest()), 'X-Request-Id': 'the-same-for-both' });
    return { status, body, headers: { ...headers, date: '' } };
  };

  it('notes its round in the log, where polls are logged at all, and lives', async () => {
    const signals = operation({
      method: 'get',
      path: '/api/video/signals/{id}',
      summary: 'Signals',
      tags: [],
      auth: 'user',
      limits: ['poll'],
      poll: true,
      params: z.strictObject({ id: z.string() }),
      responses: { 200: z.strictObject({}) },
      handle: () => ({}),
    });
    const guest = await buildGuest();
    const written = await logged(async () => {
      const { status } = await openDoor({ operations: [signals] })
        .get('/api/video/signals/abc')
        .set(as(guest));
      expect(status).to.equal(200);
    });
    expect(written).to.include('"round_id":"abc"').and.include('"status":200');
  });

  // An address with an escape in its path is unusual: it takes the long way, through Express.
  it('answers as Express does, header for header', async () => {
    const [short, long] = [await ask('/api/poll/abc?seen=1'), await ask('/api/poll/%61bc?seen=1')];
    expect(short.body).to.deep.equal({ word: 'abc', seen: '1' });
    expect(short).to.deep.equal(long);
    // All after the first question mark is the query, further ones too.
    const [twice, thrice] = [await ask('/api/poll/abc?seen=1?2'), await ask('/api/poll/%61bc?seen=1?2')];
    expect(twice.body.seen).to.equal('1?2');
    expect(twice).to.deep.equal(thrice);
  });

  it('refuses as Express does, header for header', async () => {
    for (const [one, other, status] of [
      ['refuse', '%72efuse', 409],
      ['break', '%62reak', 500],
      ['unknown', '%75nknown', 400],
      ['abc?foreign=1', '%61bc?foreign=1', 400],
      ['abc?seen=1&seen=2', '%61bc?seen=1&seen=2', 400],
      ['abc?__proto__=1', '%61bc?__proto__=1', 400],
    ] as const) {
      const [short, long] = [await ask(`/api/poll/${one}`), await ask(`/api/poll/${other}`)];
      expect(short.status, one).to.equal(status);
      expect(short, one).to.deep.equal(long);
    }
  });

  it('lets in nobody whom Express would not', async () => {
    for (const headers of [{}, { Authorization: 'Bearer forged' }, { Authorization: 'Basic abc' }]) {
      const { status, headers: sent } = await door.get('/api/poll/abc').set(headers);
      expect(status).to.equal(401);
      expect(sent).to.have.property('www-authenticate');
    }
  });

  it('reads each address for itself', async () => {
    for (const seen of ['1', '2', '1', '3'])
      expect((await ask(`/api/poll/abc?seen=${seen}`)).body.seen).to.equal(seen);
  });
});
