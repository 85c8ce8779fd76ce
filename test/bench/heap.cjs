// Preloaded into a server under measurement: asked by SIGUSR2, it collects all garbage and writes down what is left.
const { appendFileSync } = require('node:fs');
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  appendFileSync(process.env.HEAP_LOG, `${process.memoryUsage().heapUsed}\n`);
});
