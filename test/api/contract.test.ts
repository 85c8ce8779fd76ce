import { expect } from 'chai';
import { z } from 'zod';
import { operations } from '#api/operations.ts';
import { operation } from '#api/operation.ts';
import { openDoor } from './door.ts';

const door = openDoor();

interface Document {
  openapi: string;
  paths: Record<string, Record<string, PathOperation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}
interface PathOperation {
  operationId: string;
  summary: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required: boolean; content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

const contract = async () => (await door.get('/api/openapi.json').expect(200)).body as Document;

describe('the contract', () => {
  it('covers exactly the operations that there are', async () => {
    const { openapi, paths } = await contract();

    expect(openapi).to.equal('3.1.0');
    const written = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(written).to.have.members(operations.map(({ method, path }) => `${method} ${path}`));
  });

  it('is one that tools can read', async () => {
    const document = await contract();
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((described) => ({ path, ...described })),
    );

    expect(new Set(all.map(({ operationId }) => operationId)).size, 'operation ids are unique').to.equal(
      all.length,
    );
    for (const { path, operationId, summary, parameters = [], responses, security } of all) {
      expect(summary, operationId).to.not.be.empty;
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(
        parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
      ).to.have.members(inPath);
      expect(Object.keys(responses).filter((status) => status < '300')).to.not.be.empty;
      for (const [status, response] of Object.entries(responses)) {
        expect(response.description, `${operationId} ${status}`).to.not.be.empty;
        if (status >= '400' && status !== '503')
          expect(Object.keys(response.content ?? {})).to.deep.equal(['application/problem+json']);
      }
      for (const scheme of security.flatMap(Object.keys))
        expect(document.components.securitySchemes).to.have.property(scheme);
    }
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g))
      expect(resolve(document, reference!), reference).to.be.an('object');
  });

  it('says of every field of a request what it may be', async () => {
    const { components } = await contract();
    expect(components.schemas.CreateGuest).to.deep.include({
      required: ['display_name', 'birth_date', 'gender'],
      additionalProperties: false,
    });
    const { properties } = components.schemas.CreateGuest as { properties: Record<string, object> };
    expect(properties.display_name).to.deep.equal({ type: 'string', minLength: 1, maxLength: 40 });
    expect(properties.birth_date).to.include({ type: 'string', format: 'date' });
  });

  it('says where null may stand, and which thing may not be there', async () => {
    const { components, paths } = await contract();
    const { properties: fields } = components.schemas.UpdateProfile as { properties: Record<string, object> };
    expect(fields.location).to.deep.equal({
      anyOf: [{ $ref: '#/components/schemas/Location' }, { type: 'null' }],
    });
    expect(fields.contact_handle).to.deep.equal({
      anyOf: [{ type: 'string', minLength: 1, maxLength: 100 }, { type: 'null' }],
    });
    const { properties: told } = components.schemas.MatchingSession as { properties: Record<string, object> };
    expect(told.cooldown_until).to.deep.equal({
      anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }],
    });
    expect(paths['/api/video/session/{id}']!.get!.responses).to.have.property('404');
    expect(paths['/api/me']!.get!.responses).to.not.have.property('404');
    expect(paths['/readyz']!.get!.responses['503']!.content).to.have.keys(
      'application/json',
      'application/problem+json',
    );
  });

  it('takes no unknown field anywhere', () => {
    for (const { method, path, params, query, body } of operations)
      for (const schema of [params, query, body])
        if (schema instanceof z.ZodObject)
          expect(
            schema.safeParse({ 'no such field': 1 }).error?.issues.map(({ code }) => code),
            `${method} ${path}`,
          ).to.include('unrecognized_keys');
  });

  it('tells which problems each operation may have', async () => {
    const { paths } = await contract();
    const responses = paths['/api/auth/register']!.post!.responses;

    expect(responses['409']!.description).to.include('`email_taken`').and.include('`idempotency_mismatch`');
    expect(responses['403']!.description).to.include('`under_age`');
    expect(responses['429']!.description).to.include('`rate_limited`');
  });

  it('is kept: an answer that strays from it fails', async () => {
    const straying = operation({
      method: 'get',
      path: '/api/straying',
      summary: 'Says more than it should',
      tags: [],
      auth: 'none',
      limits: [],
      responses: { 200: z.strictObject({ id: z.string() }) },
      handle: () => {
        const row = { id: '1', password_hash: 'secret' };
        return row;
      },
    });
    const { status, text } = await openDoor({ operations: [straying] }).get('/api/straying');

    expect(status).to.equal(500);
    expect(text).to.not.include('secret').and.not.include('password_hash');
  });
});

describe('the documentation', () => {
  it('comes from our own disk, with no script of its own in the page', async () => {
    const { text, status } = await door.get('/docs');

    expect(status).to.equal(200);
    expect(text).to.not.match(/https?:\/\//);
    expect(text).to.not.match(/<script(?![^>]*\ssrc=)/);
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]+)"/g)) await door.get(address!).expect(200);
    const start = (await door.get('/docs/start.js')).text;
    expect(start)
      .to.include('/api/openapi.json')
      .and.include('validatorUrl: null')
      .and.not.match(/https?:\/\//);
  });
});

const resolve = (document: object, reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document);
