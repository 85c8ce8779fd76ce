import http from 'node:http';

/** The floor: what Node itself costs. */
http
  .createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"hello":"world"}');
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
