import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A JSON Schema of the document, as far as it is looked into. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** The OpenAPI document, as far as it is looked into. */
export interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}
interface Described {
  security: Record<string, unknown>[];
  parameters?: { name: string; in: Place; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

type Place = 'path' | 'query' | 'header';

/** One operation of the document, with judges for what is sent and what comes back. */
export interface Operation {
  name: string;
  method: string;
  path: string;
  /** The parameters of each place as one object; no others are taken. */
  parameters: Record<Place, Schema>;
  body: Schema | undefined;
  bodyRequired: boolean;
  needsToken: boolean;
  /** Whether a request is one that the document allows, as it will be read from the wire. */
  allows: (request: { path: unknown; query: unknown; header: unknown; body: unknown }) => boolean;
  /** What is wrong with an answer; null if nothing is. */
  strays: (answer: { status: number; type: string | null; body: unknown }) => string | null;
}

/** Reads every operation out of a served document. Whatever is added to the product is in it by itself. */
export function readContract(document: Document): Operation[] {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const compile = (schema: Schema) => ajv.compile(absolute(schema));

  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => readOperation(compile, path, method, described)),
  );
}

function readOperation(
  compile: (schema: Schema) => ValidateFunction,
  path: string,
  method: string,
  { security, parameters = [], requestBody, responses }: Described,
): Operation {
  const placed = (place: Place): Schema => {
    const here = parameters.filter((parameter) => parameter.in === place);
    return {
      type: 'object',
      properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
      required: here.filter(({ required }) => required).map(({ name }) => name),
      additionalProperties: false,
    };
  };
  const places = { path: placed('path'), query: placed('query'), header: placed('header') };
  const body = requestBody?.content['application/json']?.schema;
  const bodyRequired = requestBody?.required ?? false;
  const judges = Object.values(places).map(compile);
  const judgeBody = compile(body ?? { type: 'object', additionalProperties: false });
  const answers = judgesOf(compile, responses);

  return {
    name: `${method} ${path}`,
    ...{ method, path, parameters: places, body, bodyRequired },
    needsToken: security.length > 0,
    allows: (request) =>
      [request.path, request.query, request.header].every((value, at) => judges[at]!(value)) &&
      (request.body === undefined ? !bodyRequired : judgeBody(request.body)),
    strays: ({ status, type, body: came }) => {
      const documented = answers.get(String(status));
      if (!documented) return `${status} is not documented`;
      const [[media, judge] = []] = documented;
      if (media === undefined || !judge)
        return type === null ? null : `${type} where no content is documented`;
      if (!type?.startsWith(media)) return `${type ?? 'nothing'} where ${media} is documented`;
      if (judge(came)) return null;
      const [error] = judge.errors ?? [];
      return `the answer strays at ${error?.instancePath}: ${error?.message} ${JSON.stringify(error?.params)}`;
    },
  };
}

const judgesOf = (
  compile: (schema: Schema) => ValidateFunction,
  responses: Described['responses'],
): Map<string, [string, ValidateFunction][]> =>
  new Map(
    Object.entries(responses).map(([status, { content = {} }]) => [
      status,
      Object.entries(content).map(([media, { schema }]) => [media, compile(schema)]),
    ]),
  );

/** References within the document, from anywhere. */
const absolute = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as Schema;
