import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';
import { keys } from '#db/keys.ts';
import { redis } from '#db/redis.ts';
import {
  connecting,
  deciding,
  nothingIsBroken,
  person,
  refusal,
  roundOf,
  talking,
  type Visit,
} from '../cast.ts';
import { candidates, dataOf, upTo } from './letters.ts';

describe('signals', () => {
  afterEach(nothingIsBroken);

  it('are written by those who have joined', async () => {
    const [ann, bob] = await connecting();
    expect(await refusal(ann.send(candidates(ann, [1])))).to.equal('not_joined');
    await bob.join();
    expect(await refusal(ann.send(candidates(ann, [1])))).to.equal('not_joined');
    expect(dataOf(await bob.signals())).to.deep.equal([]);
  });

  it('are not written by somebody who is gone: they are told so, not to try again', async () => {
    const [ann] = await talking();
    await ann.visit('DELETE', '/api/me');

    expect(await refusal(ann.send(candidates(ann, [1])))).to.equal('unauthenticated');
  });

  it('are written in a live round: not after a skip, by neither', async () => {
    const [ann, bob] = await talking();
    await ann.skip();

    expect(await refusal(ann.send(candidates(ann, [1])))).to.equal('round_over');
    expect(await refusal(bob.send(candidates(bob, [1])))).to.equal('round_over');
    expect(dataOf(await bob.signals())).to.deep.equal([]);
  });

  it('are not written after the deadline, although nobody has ended the round yet', async () => {
    const [ann, bob] = await talking();
    clock.advance(settings.roundSeconds * 1000 - 10_000);
    await ann.send(candidates(ann, [1]));
    clock.advance(10_000);

    expect(await refusal(ann.send(candidates(ann, [2])))).to.equal('round_over');
    expect((await roundOf(ann)).status, 'no sweeper has been here').to.equal('active');
    expect(dataOf(await bob.signals())).to.deep.equal([1]);
    expect((await roundOf(ann)).status, 'who reads ends it').to.equal('completed');
  });

  it('of an unknown round and of a stranger’s are the same 404, in every endpoint of a round', async () => {
    const [ann] = await talking();
    const eve = await person();
    const unknown = newId();
    const endpoints: [method: string, path: (id: string) => string, body?: (id: string) => object][] = [
      ['GET', (id) => `/api/video/signals/${id}`],
      ['GET', (id) => `/api/video/session/${id}`],
      ['POST', () => '/api/video/send-signal', (session_id) => ({ session_id, type: 'offer', data: 1 })],
      ['POST', () => '/api/video/send-signal', (session_id) => ({ ...candidates(ann, [1]), session_id })],
      ['POST', (id) => `/api/video/join-call/${id}`],
      ['POST', (id) => `/api/video/messages/${id}`, () => ({ text: 'hello' })],
      ['POST', (id) => `/api/video/skip-call/${id}`],
      ['POST', (id) => `/api/video/end-call/${id}`],
      ['POST', (id) => `/api/video/leave/${id}`, () => ({ epoch: 1 })],
      ['POST', (id) => `/api/video/quality/${id}`, () => ({ rtt_ms: 12 })],
    ];
    for (const [method, path, body] of endpoints) {
      const answers: Visit[] = [];
      for (const id of [ann.round, unknown]) answers.push(await eve.visit(method, path(id), body?.(id)));
      expect(
        answers.map(({ status }) => status),
        path(':id'),
      ).to.deep.equal([404, 404]);
      const [strangers, unknowns] = answers.map((answer) => ({ ...(answer.body as object), instance: '' }));
      expect(strangers, path(':id')).to.deep.equal(unknowns);
    }
    expect((await ann.poll()).state, 'and nothing has happened').to.equal('IN_CALL');
  });

  it('can be read for another minute after the end, and through whatever comes then', async () => {
    const [ann, bob] = await talking();
    await ann.send(candidates(ann, upTo(2)));
    const { next } = await bob.signals();
    await ann.send(candidates(ann, upTo(3)));
    await ann.skip();

    const reading = async () => dataOf(await bob.signals({ after: next! }));
    expect(await reading()).to.deep.equal([3]);
    const { session } = await bob.signals();
    expect(session).to.include({ state: 'WAITING', status: 'completed', remaining_ms: null });
    expect(await reading()).to.deep.equal([3]);
    await bob.stop();
    expect(await reading(), 'at home').to.deep.equal([3]);
    const box = keys.mailbox('world', bob.round, bob.id);
    expect(await redis.ttl(box)).to.be.within(
      rules.mailboxReadAfterEndSeconds - 30,
      rules.mailboxReadAfterEndSeconds,
    );
    await redis.del(box);
    expect(await bob.signals({ after: next! })).to.include({ reset: true, next: null });
    expect((await bob.signals()).signals).to.deep.equal([]);
  });

  it('can be read while deciding', async () => {
    const [ann, bob] = await deciding();
    expect((await bob.signals()).session).to.include({
      state: 'DECIDING',
      status: 'completed',
      remaining_ms: null,
    });
    expect(await refusal(ann.send(candidates(ann, [1])))).to.equal('round_over');
  });
});
