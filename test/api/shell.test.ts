import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { sql } from '#db/postgres.ts';
import { buildGuest, guestInput } from '../build.ts';
import { as, openDoor } from './door.ts';

const door = openDoor();
const guest = () => door.post('/api/auth/guest').set('Content-Type', 'application/json');

describe('an address', () => {
  it('that does not exist is a problem, whoever asks and however', async () => {
    for (const request of [
      door.get('/nothing'),
      door.post('/api/nothing'),
      door.get('/api'),
      door.delete('/'),
    ]) {
      const { status, body, headers } = await request;
      expect(status).to.equal(404);
      expect(headers['content-type']).to.equal('application/problem+json; charset=utf-8');
      expect(body).to.include({
        type: 'urn:minuet:problem:not_found',
        title: 'Not found',
        status: 404,
        code: 'not_found',
      });
      expect(body.instance).to.equal(`urn:minuet:request:${headers['x-request-id']}`);
    }
  });

  it('that exists for another method says for which', async () => {
    const { status, body, headers } = await door.delete('/api/auth/guest');

    expect(status).to.equal(405);
    expect(body.code).to.equal('method_not_allowed');
    expect(headers.allow).to.equal('POST');
    expect((await door.post('/api/me')).headers.allow).to.equal('GET, PATCH, DELETE, HEAD');
  });

  it('that cannot be decoded is refused', async () => {
    expect((await door.get('/api/%E0%A4%A')).status).to.be.oneOf([400, 404]);
  });

  it('answers HEAD where it answers GET', async () => {
    const { status, headers } = await door.head('/healthz');
    expect(status).to.equal(200);
    expect(headers['content-length']).to.equal('15');
  });
});

describe('a body', () => {
  it('must be JSON, and say so', async () => {
    const malformed = await guest().send('{"display_name": ');
    expect(malformed.status).to.equal(400);
    expect(malformed.body.code).to.equal('malformed_json');
    expect(malformed.text, 'no piece of what was sent').to.not.include('display_name');

    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(
        (await door.post('/api/auth/guest').set('Content-Type', type).send('a=b')).body.code,
        type,
      ).to.equal('unsupported_media_type');
    const latin = await door
      .post('/api/auth/guest')
      .set('Content-Type', 'application/json; charset=latin1')
      .send('{}');
    expect(latin.body.code).to.equal('unsupported_media_type');
  });

  it('must be an object', async () => {
    for (const body of ['[]', '[{}]', 'null', '"text"', '7', 'true'])
      expect((await guest().send(body)).status, body).to.equal(400);
  });

  it('may be left out where it says nothing', async () => {
    const { body, status } = await door.post('/api/auth/guest');
    expect(status).to.equal(400);
    expect(body.code).to.equal('invalid');
  });

  it('of more than 64 KB is not read', async () => {
    const { status, body } = await guest().send(JSON.stringify({ display_name: 'x'.repeat(65 * 1024) }));
    expect(status).to.equal(413);
    expect(body.code).to.equal('too_large');
  });

  it('that unpacks to more than 64 KB is not read either', async () => {
    const packed = gzipSync(JSON.stringify({ display_name: 'x'.repeat(5_000_000) }));
    const { status } = await guest()
      .set('Content-Encoding', 'gzip')
      .serialize((value: unknown) => value as string)
      .send(packed);
    expect(status).to.equal(413);
  });

  it('must not reach for prototypes', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const text = JSON.stringify(guestInput()).replace('{', `{"${key}": {"role": "admin"}, `);
      const { status, body } = await guest().send(text);
      expect(status, key).to.equal(400);
      expect(body.code).to.equal('invalid');
      const nested = `{"location": {"${key}": {}}}`;
      expect((await guest().send(nested)).body.detail).to.include('not allowed');
    }
    expect(({} as { role?: string }).role).to.be.undefined;
  });

  it('must not carry what the database cannot hold', async () => {
    for (const name of ['"a\\u0000b"', '"a\\ud800b"'])
      expect(
        (await guest().send(JSON.stringify(guestInput()).replace('"Robin"', name))).body.code,
        name,
      ).to.equal('invalid');
    const { accessToken } = await buildGuest();
    const inKey = await door.patch('/api/me').set(as({ accessToken })).send({ 'a\u0000': 1 });
    expect(inKey.status).to.equal(400);
  });

  it('must not be nested without end', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const { status, body } = await guest().send(deep);
    expect(status).to.equal(400);
    expect(body.detail).to.include('Nested deeper');
  });

  it('with a hundred unknown fields is answered with a handful of errors', async () => {
    const body = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field_${i}`, i]));
    const answer = await guest().send(body);
    expect(answer.body.errors).to.have.length(20);
  });

  it('is not needed to be told that one is not signed in', async () => {
    const { status } = await door.patch('/api/me').set('Content-Type', 'application/json').send('{"bio": ');
    expect(status).to.equal(401);
  });
});

describe('every answer', () => {
  it('carries the id of its request, the given one if it is reasonable', async () => {
    const given = await door.get('/healthz').set('X-Request-Id', 'from-the-router-1');
    expect(given.headers['x-request-id']).to.equal('from-the-router-1');
    for (const strange of ['short', 'with space', 'x'.repeat(65), '{"a":1}-----'])
      expect((await door.get('/healthz').set('X-Request-Id', strange)).headers['x-request-id']).to.match(
        /^[\da-f-]{36}$/,
      );
  });

  it('is safe to show on a plain-HTTP site, and lets it use the camera', async () => {
    const { headers } = await door.get('/docs');

    expect(headers['content-security-policy'])
      .to.include("default-src 'self'")
      .and.include("script-src 'self';")
      .and.include("frame-ancestors 'none'")
      .and.not.include('upgrade-insecure-requests')
      .and.not.match(/script-src[^;]*unsafe/);
    expect(headers).to.not.have.any.keys(
      'strict-transport-security',
      'x-powered-by',
      'cross-origin-opener-policy',
    );
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['permissions-policy']).to.include('camera=(self)').and.include('microphone=(self)');
  });

  it('of the API is no page, and kept by no cache', async () => {
    const { headers } = await door.get('/api/me');
    expect(headers).to.include({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers).to.not.have.any.keys('strict-transport-security', 'x-powered-by');
  });

  it('is for our own pages alone unless other origins are configured', async () => {
    const { headers } = await door.options('/api/me').set('Origin', 'https://elsewhere.example');
    expect(headers).to.not.have.property('access-control-allow-origin');
  });
});

describe('the client', () => {
  it('is replaced by the documentation while there is no build', async () => {
    const bare = openDoor({ clientFolder: '/nowhere' });
    const { status, headers } = await bare.get('/');
    expect(status).to.equal(302);
    expect(headers.location).to.equal('/docs');
  });

  describe('once built', () => {
    let folder = '';
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'minuet-client-'));
      await mkdir(path.join(folder, 'assets'));
      await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Minuet</title>');
      await writeFile(path.join(folder, 'assets', 'index-4f2a.js'), 'export {};');
      await writeFile(path.join(folder, 'robots.txt'), 'User-agent: *');
    });
    after(() => rm(folder, { recursive: true }));
    const page = (address: string) =>
      openDoor({ clientFolder: folder })
        .get(address)
        .set('Accept', 'text/html,application/xhtml+xml,*/*;q=0.8');

    it('is served for every page of its own', async () => {
      for (const address of ['/', '/date', '/matches/42']) {
        const { text, status, headers } = await page(address);
        expect(status, address).to.equal(200);
        expect(text).to.include('<title>Minuet</title>');
        expect(headers['cache-control']).to.equal('no-cache');
      }
    });

    it('has its hashed files cached for ever', async () => {
      const { headers, status } = await page('/assets/index-4f2a.js');
      expect(status).to.equal(200);
      expect(headers['cache-control']).to.equal('public, max-age=31536000, immutable');
      expect((await page('/robots.txt')).text).to.equal('User-agent: *');
    });

    it('does not stand in for what is missing: files, the API, what a script asks for', async () => {
      for (const address of ['/assets/gone.js', '/api/nothing', '/docs/nothing'])
        expect((await page(address)).status, address).to.equal(404);
      expect((await openDoor({ clientFolder: folder }).get('/nothing').set('Accept', '*/*')).status).to.equal(
        404,
      );
      expect((await openDoor({ clientFolder: folder }).post('/date')).status).to.equal(404);
    });

    it('gives away nothing outside its folder', async () => {
      for (const address of [
        '/../package.json',
        '/..%2fpackage.json',
        '/assets/..%2f..%2f..%2fetc%2fpasswd',
        '/.env',
      ])
        expect((await page(address).set('Accept', '*/*')).status, address).to.be.oneOf([400, 403, 404]);
    });
  });
});

describe('the probes', () => {
  it('say that the process lives, and that it can work', async () => {
    expect((await door.get('/healthz')).body).to.deep.equal({ status: 'ok' });
    expect((await door.get('/readyz')).body).to.deep.equal({
      status: 'ready',
      parts: { postgres: 'ok', redis: 'ok', migrations: 'ok', process: 'ok' },
    });
  });

  it('measure requests by route, not by address', async () => {
    const { accessToken } = await buildGuest();
    await door.get('/api/me').set(as({ accessToken }));
    const { text } = await door.get('/metrics');

    expect(text).to.match(
      /minuet_http_request_seconds_count\{method="GET",route="\/api\/me",status="200"\} \d+/,
    );
    expect(text).to.include('minuet_process_cpu_seconds_total');
    expect(await sql('SELECT id FROM users')).to.have.length(1);
  });
});
