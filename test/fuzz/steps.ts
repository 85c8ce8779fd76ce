import fc from 'fast-check';
import type { Document, Operation } from './contract.ts';
import { spoilings, type Spoiling } from './spoil.ts';
import { createValues } from './values.ts';

/** Who asks: the people of the authorization matrix, whoever has just come in, and two whose tokens are no good. */
export const actors = [
  ...(['owner', 'partner', 'ex-partner', 'stranger', 'guest', 'restricted', 'moderator', 'admin'] as const),
  ...(['newcomer', 'nobody', 'forger', 'late'] as const),
] as const;
export type Actor = (typeof actors)[number];

/** What is sent, before references to earlier answers are put in. */
export interface Asked {
  operation: Operation;
  actor: Actor;
  path: unknown;
  query: unknown;
  header: unknown;
  body: unknown;
  /** What is made wrong with it, if anything: one of its parts, or how the body is written. */
  spoilt: { part: 'path' | 'query' | 'header' | 'body'; spoiling: Spoiling } | { raw: Raw } | undefined;
}

/** Bodies that are no JSON of ours at all. */
export type Raw = (typeof raws)[number];
const raws = [
  { name: 'half a body', type: 'application/json', text: '{"a":' },
  { name: 'a list', type: 'application/json', text: '[1]' },
  { name: 'a word', type: 'application/json', text: '"word"' },
  { name: 'a form', type: 'application/x-www-form-urlencoded', text: 'a=1&b=2' },
  { name: 'no type', type: 'text/plain', text: '{}' },
  { name: 'another charset', type: 'application/json; charset=iso-8859-1', text: '{}' },
  { name: 'an abyss', type: 'application/json', text: '{"data":'.repeat(40) + '1' + '}'.repeat(40) },
  {
    name: 'three megabytes',
    type: 'application/json',
    text: JSON.stringify({ data: 'x'.repeat(3_000_000) }),
  },
] as const;

/** One thing that happens: somebody asks for something, or the house's clockwork turns. */
export type Step = Asked | { seconds: number };

/** Arbitrary steps through every operation of a document. */
export function createSteps(document: Document, operations: readonly Operation[]): fc.Arbitrary<Step> {
  const valueOf = createValues(document);
  const asked = operations.map((operation) => {
    const { path, parameters, body, method } = operation;
    // An {id} is one of what stands before it in the path: /api/flags/{id} wants that of a flag.
    const segments = path
      .split('/')
      .filter((segment) => segment !== '' && segment !== 'api' && segment !== '{id}');
    const bodies = body
      ? valueOf(body, [])
      : fc.constantFrom(...(method === 'get' ? [undefined] : [undefined, {}]));
    return fc
      .record({
        operation: fc.constant(operation),
        actor: fc.oneof(
          { arbitrary: fc.constantFrom(...likely(operation)), weight: 4 },
          { arbitrary: fc.constantFrom(...actors), weight: 1 },
        ),
        path: fc.record(
          Object.fromEntries(
            Object.entries(parameters.path.properties ?? {}).map(([name, schema]) => [
              name,
              valueOf(schema, segments),
            ]),
          ),
        ),
        query: valueOf(parameters.query, []),
        header: valueOf(parameters.header, []),
        body: bodies,
        spoilt: fc.oneof(
          { arbitrary: fc.constant(undefined), weight: 11 },
          {
            arbitrary: fc.record({ part: fc.constantFrom(...partsOf(operation)), spoiling: spoilings }),
            weight: 8,
          },
          { arbitrary: fc.record({ raw: fc.constantFrom(...raws) }), weight: method === 'get' ? 0 : 1 },
        ),
      })
      .map((made): Asked => Object.assign(made, { [fc.toStringMethod]: () => describeStep(made) }));
  });
  return fc.oneof(
    { arbitrary: fc.oneof(...asked), weight: 12 },
    { arbitrary: fc.constantFrom(0, 1, 6, 21, 200).map((seconds) => ({ seconds })), weight: 1 },
  );
}

const likely = ({ path, needsToken }: Operation): Actor[] =>
  path.startsWith('/api/admin/')
    ? ['moderator', 'admin']
    : needsToken
      ? ['owner', 'partner']
      : ['nobody', 'guest'];

const partsOf = ({ parameters, method }: Operation) => [
  ...(['path', 'query', 'header'] as const).filter(
    (place) => place === 'query' || Object.keys(parameters[place].properties ?? {}).length > 0,
  ),
  ...(method === 'get' ? [] : (['body', 'body'] as const)),
];

/** A step in a line, for whoever reads what failed. */
export function describeStep(step: Step): string {
  if ('seconds' in step) return `${step.seconds} s pass`;
  const { actor, operation, path, query, body, spoilt } = step;
  const asked = JSON.stringify({ path, query, body }, shown).slice(0, 600);
  const how = !spoilt
    ? ''
    : 'raw' in spoilt
      ? spoilt.raw.name
      : `${spoilt.part} spoilt: ${spoilt.spoiling.name}`;
  return `${actor}: ${operation.name} ${asked}${how && `, ${how}`}`;
}

const shown = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > 80 ? `${value.slice(0, 40)}… (${value.length})` : value;
