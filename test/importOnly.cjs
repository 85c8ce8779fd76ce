const { pathToFileURL } = require('node:url');
const esmUtils = require('mocha/lib/nodejs/esm-utils.cjs');

// Mocha loads a file with require when it can and with import when it must (a top-level await). Through tsx these
// are two worlds with two clocks and two connection pools: here everything is imported.
esmUtils.requireOrImport = (file) => import(pathToFileURL(file).href);
