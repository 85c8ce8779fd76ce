import { createHmac } from 'node:crypto';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { settings } from '#core/settings.ts';

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** What a client gives to RTCPeerConnection. */
export interface IceConfiguration {
  ice_servers: IceServer[];
  ice_transport_policy: 'all' | 'relay';
}

/** Said at every start without a TURN server. */
export const noTurn =
  'No TURN server (TURN_URLS): many pairs behind NATs will not connect. README says how to run coturn beside Minuet';

/** What of the settings says where STUN and TURN are. */
type Relays = Pick<typeof settings, 'stunUrls' | 'turnUrls' | 'turnSecret' | 'icePolicy'>;

/**
 * The STUN and TURN servers for one person. TURN credentials live for minutes: username `<expiry>:<user>`,
 * credential base64 HMAC-SHA1 of it under the secret shared with coturn (the TURN REST API,
 * draft-uberti-behave-turn-rest-00). The user id in it is the person's own, which the partner never sees.
 */
export function iceConfiguration(userId: string, relays: Relays = settings): IceConfiguration {
  const servers: IceServer[] = [];
  if (relays.stunUrls.length > 0) servers.push({ urls: relays.stunUrls });
  if (relays.turnUrls.length > 0)
    servers.push({ urls: relays.turnUrls, ...turnCredential(userId, relays.turnSecret) });
  return { ice_servers: servers, ice_transport_policy: relays.icePolicy };
}

function turnCredential(userId: string, secret: string): { username: string; credential: string } {
  const expiry = Math.floor(clock.ms() / 1000) + rules.iceCredentialSeconds;
  const username = `${expiry}:${userId}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
