// Preloaded into a server under measurement: counts what it sends to PostgreSQL and to Redis, and on SIGUSR2 writes the
// two numbers down. BEGIN and COMMIT are statements; each command of a pipeline is one.
const { appendFileSync } = require('node:fs');
const pg = require('pg');
const { Redis } = require('ioredis');

const sent = { statements: 0, commands: 0 };
count(pg.Client.prototype, 'query', 'statements');
count(Redis.prototype, 'sendCommand', 'commands');

function count(prototype, method, name) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    sent[name] += 1;
    return original.apply(this, args);
  };
}

process.on('SIGUSR2', () => appendFileSync(process.env.SENT_LOG, `${JSON.stringify(sent)}\n`));
