import { expect } from 'chai';
import dgram from 'node:dgram';
import { once } from 'node:events';

import { checkRelays } from '#core/relays/checkRelays.ts';
import { readAnswer, types, writeRequest } from '#core/relays/stun.ts';
import { hasCoturn, startCoturn, type Coturn } from '../browser/coturn.ts';

const none = { stunUrls: [], turnUrls: [], turnSecret: '', icePolicy: 'all' as const };

describe('check-turn', () => {
  it('has nothing to say of no server', async () => {
    expect(await checkRelays(none)).to.deep.equal([]);
  });

  it('says what is no address, and where nobody answers', async function () {
    this.timeout(30_000);
    const silent = dgram.createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address();
    const checked = await checkRelays({
      ...none,
      stunUrls: ['turnip:127.0.0.1', `stun:127.0.0.1:${port}`],
    });
    silent.close();
    expect(checked.map(({ works }) => works)).to.deep.equal([false, false]);
    expect(checked[0]?.says).to.include('not an address');
    expect(checked[1]?.says).to.include('no answer');
  });

  describe('against a real coturn', function () {
    this.timeout(60_000);
    let coturn: Coturn;
    before(async function () {
      if (!hasCoturn()) throw new Error('coturn is needed: apt-get install coturn');
      coturn = await startCoturn();
    });
    after(() => coturn.stop());

    it('gets a relay with the credentials that clients get, over UDP and TCP, and gives it back', async () => {
      const address = coturn.url.replace(/^turn:|\?.*$/g, '');
      const turnUrls = [`turn:${address}`, `turn:${address}?transport=tcp`];
      const relays = { ...none, stunUrls: [`stun:${address}`], turnUrls, turnSecret: coturn.secret };
      const checked = await checkRelays(relays);
      expect(checked.map(({ url }) => url)).to.deep.equal([`stun:${address}`, ...turnUrls]);
      for (const one of checked) expect(one, one.says).to.include({ works: true });
      expect(checked[0]?.says).to.match(/^sees us as 127\.0\.0\.1:\d+$/);
      expect(checked[1]?.says).to.match(/^relays at 127\.0\.0\.1:\d+$/);
    });

    it('says that the secret is another one', async () => {
      const [checked] = await checkRelays({ ...none, turnUrls: [coturn.url], turnSecret: 'another' });
      expect(checked).to.include({ works: false });
      expect(checked?.says).to.include('401').and.include('TURN_SECRET');
    });
  });
});

describe('a STUN message', () => {
  it('that is not whole, or is something else, is no answer', () => {
    const { bytes } = writeRequest({ type: types.allocate, lifetimeSeconds: 60 });
    expect(readAnswer(bytes)).to.include({ type: types.allocate, mapped: null, error: null });
    for (let length = 0; length < bytes.length; length += 1)
      expect(readAnswer(bytes.subarray(0, length)), `${length} bytes`).to.equal(null);
    expect(readAnswer(Buffer.alloc(40, 7))).to.equal(null);
  });

  it('of RFC 5769 tells its address, in IPv4 and in IPv6', () => {
    const vector = (text: string) => readAnswer(Buffer.from(text.replace(/\s/g, ''), 'hex'));
    const head = (length: string) => `0101 ${length} 2112a442 b7e7a701bc34d686fa87dfae`;
    expect(vector(`${head('000c')} 0020 0008 0001a147e112a643`)?.mapped).to.equal('192.0.2.1:32853');
    expect(vector(`${head('0018')} 0020 0014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9`)?.mapped).to.equal(
      '[2001:db8:1234:5678:11:2233:4455:6677]:32853',
    );
  });
});
