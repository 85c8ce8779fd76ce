import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export type Lock = {
  /** What the present holder says of itself; undefined when the directory is ours. */
  heldBy?: string;
  /** Whether the last holder was killed: its children may be ending only now. */
  wasKilled: boolean;
  release: () => void;
};

/**
 * Takes a directory for this process, for as long as it lives. The lock is a listening Unix socket and not a pid
 * file: the kernel releases it however the holder ends, and a pid may belong to another process by now.
 * @param directory exists
 * @param about what we say of ourselves to those who come later
 */
export async function lockDirectory(directory: string, about: string): Promise<Lock> {
  const file = shorter(path.join(directory, 'lock'));
  const answer = await ask(file);
  if (answer.holder !== undefined)
    return { heldBy: answer.holder, wasKilled: false, release: () => undefined };
  if (answer.stale) rmSync(file, { force: true });
  const server = await listen(file, about);
  return { wasKilled: answer.stale, release: () => server.close() };
}

/** The address of a Unix socket has room for some hundred bytes. */
function shorter(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.length < file.length ? relative : file;
}

async function ask(file: string): Promise<{ holder?: string; stale: boolean }> {
  const socket = connect(file);
  try {
    return { holder: await text(socket), stale: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { stale: false };
    if (code === 'ECONNREFUSED') return { stale: true };
    throw error;
  } finally {
    socket.destroy();
  }
}

function listen(file: string, about: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(about));
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, () => resolve(server));
  });
}
