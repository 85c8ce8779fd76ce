import { spawn } from 'node:child_process';

// Reads until the pipe to us closes, which the kernel sees to however we end. Only what the shell itself can do
// comes before the kill: with a missing program it would kill at once.
const watch = `
  while read -r line; do :; done
  PATH="$PATH:/usr/bin:/bin"
  kill -s "$2" "$1" 2> /dev/null
  [ -n "$3" ] || exit 0
  tries=100
  while kill -0 "$1" 2> /dev/null && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
  rm -rf "$3"
`;

/**
 * Ties another process to this one: when we end, kill -9 included, it is sent a signal.
 * Children in a session of their own do not hear the terminal's Ctrl-C, so that we may stop them in order;
 * the leash is what keeps them from outliving us.
 * @param pid the process to end
 * @param signal its polite signal without the SIG, such as TERM
 * @param thenRemove a directory to delete once the process is gone
 * @returns lets go of the leash; call it when the process has ended
 */
export function leash(pid: number, signal: string, thenRemove = ''): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watcher = spawn('/bin/sh', ['-c', watch, 'leash', String(pid), signal, thenRemove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref(); // a pipe is a socket, though its type does not say so
  return () => watcher.pid !== undefined && killGroup(watcher.pid);
}

function killGroup(leader: number): boolean {
  try {
    return process.kill(-leader, 'SIGKILL');
  } catch {
    return false; // already gone
  }
}
