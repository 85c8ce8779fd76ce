import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import dgram from 'node:dgram';
import os from 'node:os';
import path from 'node:path';
import { startChild, type Child } from '../../db/embedded/child.ts';
import { freePort } from '../../db/embedded/port.ts';
import { onEnd } from '../end.ts';
import { installs } from '../needs.ts';
import { onPath } from '../onPath.ts';

/** A real TURN server on loopback, with time-limited credentials. */
export interface Coturn {
  url: string;
  secret: string;
  /** A username and its credential that were good until then. */
  credential: (untilSeconds: number, user: string) => { username: string; credential: string };
  /** Dies, and is there again at once: whoever it relayed for must come anew. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts Debian's coturn. @throws Error with one line that says what to install
 */
export async function startCoturn(): Promise<Coturn> {
  const program = findTurnserver();
  if (program === undefined) throw new Error(`This needs coturn: ${installs('coturn')}`);
  const port = await freePort();
  const secret = 'a secret that the house shares with its relay';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'minuet-coturn-'));
  let child = await start();
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  onEnd(stop);
  return {
    url: `turn:127.0.0.1:${port}?transport=udp`,
    secret,
    credential: (untilSeconds, user) => {
      const username = `${untilSeconds}:${user}`;
      return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
    },
    restart: async () => {
      process.kill(child.pid, 'SIGKILL');
      await child.died;
      child = await start();
    },
    stop,
  };

  function start(): Promise<Child> {
    const addresses = [
      '--listening-ip',
      '127.0.0.1',
      '--relay-ip',
      '127.0.0.1',
      '--listening-port',
      String(port),
    ];
    const access = ['--use-auth-secret', '--static-auth-secret', secret, '--realm', 'minuet.test'];
    const loopback = ['--allow-loopback-peers', '--no-cli', '--no-tls', '--no-dtls', '--no-multicast-peers'];
    const files = ['--pidfile', path.join(folder, 'pid'), '--userdb', path.join(folder, 'db')];
    return startChild({
      name: 'coturn',
      command: program ?? '',
      args: ['-n', ...addresses, ...access, ...loopback, ...files, '--log-file', 'stdout', '--simple-log'],
      cwd: folder,
      log: path.join(folder, 'log'),
      ready: () => answers(port),
    });
  }
}

/** Whether this machine has one. */
export const hasCoturn = (): boolean => findTurnserver() !== undefined;

const findTurnserver = () => onPath('turnserver');

/** Asks with a STUN binding request (RFC 8489). */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const done = (yes: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(yes);
    };
    const timer = setTimeout(() => done(false), 200);
    socket.once('message', () => done(true));
    socket.once('error', () => done(false));
    const request = Buffer.alloc(20);
    request.writeUInt16BE(1, 0);
    request.writeUInt32BE(0x2112a442, 4);
    socket.send(request, port, '127.0.0.1');
  });
}
