import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { iceConfiguration } from '#core/relays/ice.ts';
import { connecting } from '../cast.ts';

const relays = {
  stunUrls: ['stun:stun.example.org:3478'],
  turnUrls: ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349'],
  turnSecret: 'shared with coturn',
  icePolicy: 'all' as const,
};

describe('the ICE servers', () => {
  it('are those of the settings', () => {
    const { ice_servers, ice_transport_policy } = iceConfiguration('user', relays);
    expect(ice_servers.map(({ urls }) => urls)).to.deep.equal([relays.stunUrls, relays.turnUrls]);
    expect(ice_servers[0]).to.have.all.keys('urls');
    expect(ice_transport_policy).to.equal('all');
    expect(iceConfiguration('user', { ...relays, turnUrls: [] }).ice_servers).to.have.length(1);
    expect(iceConfiguration('user', { ...relays, stunUrls: [], turnUrls: [] }).ice_servers).to.deep.equal([]);
  });

  it('with a relay come with a credential that coturn can check: HMAC-SHA1 of `<expiry>:<user>`', () => {
    const userId = newId();
    const relay = iceConfiguration(userId, relays).ice_servers[1]!;
    const [expiry, user] = relay.username!.split(':');
    expect(user).to.equal(userId);
    expect(relay.credential).to.equal(
      createHmac('sha1', relays.turnSecret).update(`${expiry}:${userId}`).digest('base64'),
    );
    // printf … | openssl dgst -sha1 -hmac 'shared with coturn' -binary | base64
    clock.advance(1_800_000_000_000 - clock.ms());
    const fixed = iceConfiguration('00000000-0000-0000-0000-000000000000', relays).ice_servers[1]!;
    expect(fixed.username).to.equal('1800000600:00000000-0000-0000-0000-000000000000');
    expect(fixed.credential).to.equal('GLBdv//ZwRM1m4gEOtXfMdsQLJU=');
  });

  it('give a credential for minutes, not for hours, and anew at each question', () => {
    const expiryOf = () => Number(iceConfiguration('user', relays).ice_servers[1]!.username!.split(':')[0]);
    const first = expiryOf();
    expect(first - clock.ms() / 1000).to.be.within(5 * 60, 15 * 60);
    clock.advance(60_000);
    expect(expiryOf() - first).to.be.within(60, 61);
  });

  it('are used through relays alone where the policy says so', () => {
    expect(iceConfiguration('user', { ...relays, icePolicy: 'relay' }).ice_transport_policy).to.equal(
      'relay',
    );
  });

  it('come with the join and with the round', async () => {
    const [ann] = await connecting();
    const { ice_servers, ice_transport_policy } = iceConfiguration(ann.id);
    expect(await ann.join()).to.deep.include({ ice_servers, ice_transport_policy });
    expect(await ann.look()).to.deep.include({ ice_servers, ice_transport_policy });
  });
});
