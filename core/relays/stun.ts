import { createHash, createHmac, randomBytes } from 'node:crypto';

/*
 * As much of STUN (RFC 8489) and TURN (RFC 8656) as it takes to ask a server for a relay: messages, and the long-term
 * credential. Pure, but for the transaction ids.
 */

/** Message types: method and class. */
export const types = {
  binding: 0x0001,
  bindingSuccess: 0x0101,
  allocate: 0x0003,
  allocateSuccess: 0x0103,
  refresh: 0x0004,
} as const;

const cookie = 0x2112a442;
const headerBytes = 20;
const attributes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
} as const;
const udp = 17;

/** A request for a TURN server; `login` once the server has told its realm and nonce. */
interface Request {
  type: number;
  /** For how long a relay is asked for, seconds; 0 gives it back. */
  lifetimeSeconds?: number;
  login?: { username: string; credential: string; realm: string; nonce: string };
}

/** What a server has answered. */
export interface Answer {
  type: number;
  transaction: string;
  error: { code: number; reason: string } | null;
  realm: string | null;
  nonce: string | null;
  /** The asker's own address, as the server sees it. */
  mapped: string | null;
  /** The address at which the server relays. */
  relayed: string | null;
}

/** Writes a request with a new transaction id. */
export function writeRequest({ type, lifetimeSeconds, login }: Request): {
  bytes: Buffer;
  transaction: string;
} {
  const id = randomBytes(12);
  const parts: Buffer[] = [];
  if (type === types.allocate)
    parts.push(attribute(attributes.requestedTransport, Buffer.from([udp, 0, 0, 0])));
  if (lifetimeSeconds !== undefined) {
    const lifetime = Buffer.alloc(4);
    lifetime.writeUInt32BE(lifetimeSeconds);
    parts.push(attribute(attributes.lifetime, lifetime));
  }
  if (login) {
    const { username, realm, nonce } = login;
    parts.push(
      attribute(attributes.username, Buffer.from(username)),
      attribute(attributes.realm, Buffer.from(realm)),
      attribute(attributes.nonce, Buffer.from(nonce)),
    );
  }
  const body = Buffer.concat(parts);
  const bytes = login
    ? signed(type, id, body, keyOf(login))
    : Buffer.concat([header(type, id, body.length), body]);
  return { bytes, transaction: id.toString('hex') };
}

/** The key of the long-term credential (RFC 8489 section 9.2.2). */
const keyOf = ({ username, realm, credential }: NonNullable<Request['login']>): Buffer =>
  createHash('md5').update(`${username}:${realm}:${credential}`).digest();

/** The length in the header that is signed already counts MESSAGE-INTEGRITY itself (section 14.5). */
function signed(type: number, id: Buffer, body: Buffer, key: Buffer): Buffer {
  const unsigned = Buffer.concat([header(type, id, body.length + 24), body]);
  const integrity = createHmac('sha1', key).update(unsigned).digest();
  return Buffer.concat([unsigned, attribute(attributes.messageIntegrity, integrity)]);
}

function header(type: number, id: Buffer, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(cookie, 4);
  return Buffer.concat([bytes, id]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

/** How many bytes the first message of a stream has; null while even its header is not there. */
export const messageBytes = (stream: Buffer): number | null =>
  stream.length < headerBytes ? null : headerBytes + stream.readUInt16BE(2);

/** Reads a message; null for anything else that may arrive at a socket. */
export function readAnswer(bytes: Buffer): Answer | null {
  if (bytes.length < headerBytes || bytes.readUInt32BE(4) !== cookie) return null;
  if (headerBytes + bytes.readUInt16BE(2) > bytes.length) return null;
  const found = new Map<number, Buffer>();
  const end = headerBytes + bytes.readUInt16BE(2);
  for (let at = headerBytes; at + 4 <= end;) {
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    if (at + 4 + length > end) return null;
    if (!found.has(type)) found.set(type, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  const id = bytes.subarray(8, headerBytes);
  const text = (type: number) => found.get(type)?.toString() ?? null;
  const address = (type: number) => addressOf(found.get(type), id);
  return {
    type: bytes.readUInt16BE(0),
    transaction: id.toString('hex'),
    error: errorOf(found.get(attributes.errorCode)),
    realm: text(attributes.realm),
    nonce: text(attributes.nonce),
    mapped: address(attributes.xorMappedAddress),
    relayed: address(attributes.xorRelayedAddress),
  };
}

function errorOf(value: Buffer | undefined): Answer['error'] {
  if (!value || value.length < 4) return null;
  return { code: (value.readUInt8(2) & 7) * 100 + value.readUInt8(3), reason: value.subarray(4).toString() };
}

/** An address is XORed with the cookie, and for IPv6 with the transaction id after it (section 14.2). */
function addressOf(value: Buffer | undefined, id: Buffer): string | null {
  if (!value || value.length < 8) return null;
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(cookie);
  id.copy(mask, 4);
  const port = value.readUInt16BE(2) ^ (cookie >>> 16);
  const plain = value.subarray(4).map((byte, at) => byte ^ (mask[at] ?? 0));
  if (value[1] === 1) return `${plain.subarray(0, 4).join('.')}:${port}`;
  if (value[1] !== 2 || value.length < 20) return null;
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => Buffer.from(plain).readUInt16BE(at).toString(16));
  return `[${groups.join(':')}]:${port}`;
}
