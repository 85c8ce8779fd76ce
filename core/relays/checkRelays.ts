import dgram from 'node:dgram';
import net from 'node:net';
import tls from 'node:tls';
import { settings } from '#core/settings.ts';
import { iceConfiguration } from './ice.ts';
import { messageBytes, readAnswer, types, writeRequest, type Answer } from './stun.ts';

/** What became of one STUN or TURN address. */
export interface Checked {
  url: string;
  works: boolean;
  /** In words: what works, or what does not. */
  says: string;
}

const patienceMs = 5_000;
/** A lost datagram is sent again after these pauses (RFC 8489 section 6.2.1). */
const resendAfterMs = [500, 1_500, 3_500];
const someone = '00000000-0000-7000-8000-000000000000';

/**
 * Tries every configured STUN and TURN address from this machine: a STUN server must tell our address; a TURN server
 * must refuse an allocation without credentials, grant one with the credentials that clients get, and is given it back.
 * @param relays the settings, unless given
 * @returns one for each address, in their order; empty when none is configured
 */
export const checkRelays = (relays: Parameters<typeof iceConfiguration>[1] = settings): Promise<Checked[]> =>
  Promise.all(
    iceConfiguration(someone, relays).ice_servers.flatMap(({ urls, username = '', credential = '' }) =>
      urls.map((url) => check(url, { username, credential })),
    ),
  );

interface Login {
  username: string;
  credential: string;
}

async function check(url: string, login: Login): Promise<Checked> {
  const told = (works: boolean, says: string): Checked => ({ url, works, says });
  const server = readUrl(url);
  if (!server) return told(false, 'not an address of the form stun:, turn: or turns:host:port');
  let line: Line | undefined;
  try {
    line = await connect(server);
    return server.scheme === 'stun' ? await checkStun(line, told) : await checkTurn(line, login, told);
  } catch (error) {
    return told(false, error instanceof Error ? error.message : String(error));
  } finally {
    line?.close();
  }
}

async function checkStun(line: Line, told: (works: boolean, says: string) => Checked): Promise<Checked> {
  const { mapped } = await line.ask({ type: types.binding });
  return mapped === null ? told(false, 'answers, but tells no address') : told(true, `sees us as ${mapped}`);
}

async function checkTurn(
  line: Line,
  login: Login,
  told: (works: boolean, says: string) => Checked,
): Promise<Checked> {
  const challenge = await line.ask({ type: types.allocate });
  if (challenge.type === types.allocateSuccess)
    return told(false, 'relays for anybody: it asks for no credentials');
  const { realm } = challenge;
  let { nonce } = challenge;
  if (realm === null || nonce === null) return told(false, refusalOf(challenge));
  let answer = await line.ask({ type: types.allocate, login: { ...login, realm, nonce } });
  if (answer.error?.code === staleNonce && answer.nonce !== null) {
    nonce = answer.nonce;
    answer = await line.ask({ type: types.allocate, login: { ...login, realm, nonce } });
  }
  if (answer.type !== types.allocateSuccess || answer.relayed === null) return told(false, refusalOf(answer));
  await line.ask({ type: types.refresh, lifetimeSeconds: 0, login: { ...login, realm, nonce } });
  const hint = isPrivate(answer.relayed)
    ? '; only its own network can reach that: set external-ip in coturn'
    : '';
  return told(hint === '', `relays at ${answer.relayed}${hint}`);
}

const staleNonce = 438;

function refusalOf({ error }: Answer): string {
  if (!error) return 'answers, but not as TURN does';
  const why =
    error.code === 401 ? ': does TURN_SECRET equal its static-auth-secret, and is its clock right?' : '';
  return `refuses with ${error.code} ${error.reason}${why}`;
}

/** An address that is not reachable from the internet (RFC 1918, 6598, 3927, 4193); loopback is a test's. */
const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[f[cd])/.test(
    address,
  );

interface Server {
  scheme: 'stun' | 'turn';
  secure: boolean;
  host: string;
  port: number;
  transport: 'udp' | 'tcp';
}

/** Reads an address as RFC 7064 and RFC 7065 have it; null for anything else. */
function readUrl(url: string): Server | null {
  const parts = /^(stuns?|turns?):(\[[\da-f:.]+\]|[^:?[\]]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(
    url,
  );
  if (!parts) return null;
  const [, scheme = '', host = '', port, transport] = parts;
  const secure = scheme.toLowerCase().endsWith('s');
  return {
    scheme: scheme.toLowerCase().startsWith('stun') ? 'stun' : 'turn',
    secure,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (secure ? 5349 : 3478) : Number(port),
    transport: secure || transport?.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
  };
}

/** A connection to a server on which one request at a time is asked. */
interface Line {
  /** @throws Error when no answer comes, or the connection ends */
  ask: (request: Parameters<typeof writeRequest>[0]) => Promise<Answer>;
  close: () => void;
}

const connect = (server: Server): Promise<Line> =>
  server.transport === 'udp' ? overUdp(server) : overTcp(server);

async function overUdp({ host, port }: Server): Promise<Line> {
  const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  const line = lineOver(
    (bytes) => socket.send(bytes),
    () => socket.close(),
    resendAfterMs,
  );
  socket.on('message', line.hear);
  socket.on('error', line.fail);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, host, resolve);
  });
  return line;
}

async function overTcp({ host, port, secure }: Server): Promise<Line> {
  const socket = secure
    ? tls.connect({ host, port, servername: net.isIP(host) ? '' : host })
    : net.connect({ host, port });
  const line = lineOver(
    (bytes) => socket.write(bytes),
    () => socket.destroy(),
    [],
  );
  let stream = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    stream = Buffer.concat([stream, chunk]);
    for (
      let length = messageBytes(stream);
      length !== null && stream.length >= length;
      length = messageBytes(stream)
    ) {
      line.hear(stream.subarray(0, length));
      stream = stream.subarray(length);
    }
  });
  socket.on('error', line.fail);
  socket.on('close', () => line.fail(new Error('it closes the connection')));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(noAnswer()), patienceMs);
    socket.once('error', reject);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return line;
}

const noAnswer = () => new Error(`no answer within ${patienceMs / 1000} s`);

function lineOver(send: (bytes: Buffer) => void, close: () => void, resendAfter: readonly number[]) {
  let waiting:
    { transaction: string; resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const ask: Line['ask'] = (request) =>
    new Promise<Answer>((resolve, reject) => {
      const { bytes, transaction } = writeRequest(request);
      const timers = resendAfter.map((ms) => setTimeout(() => send(bytes), ms));
      timers.push(setTimeout(() => waiting?.reject(noAnswer()), patienceMs));
      const done = () => {
        waiting = undefined;
        timers.forEach(clearTimeout);
      };
      waiting = {
        transaction,
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      send(bytes);
    });
  const hear = (bytes: Buffer): void => {
    const answer = readAnswer(bytes);
    if (answer && answer.transaction === waiting?.transaction) waiting.resolve(answer);
  };
  return { ask, hear, close, fail: (error: Error): void => waiting?.reject(error) };
}
