import fc from 'fast-check';
import type { Document, Schema } from './contract.ts';

/** Stands for a value that an earlier answer held under this name: which one is known when the request is made. */
export class Reference {
  readonly names: readonly string[];
  readonly which: number;
  readonly otherwise: unknown;

  /** @param otherwise what is sent when there is none yet */
  constructor(names: readonly string[], which: number, otherwise: unknown) {
    this.names = names;
    this.which = which;
    this.otherwise = otherwise;
  }
  toString(): string {
    return `<${this.names.join(' or ')} ${this.which}>`;
  }
}

/** Makes arbitraries of values that a schema allows. */
export function createValues(document: Document) {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;

  /** @param names under which earlier answers may have held such a value */
  function valueOf(given: Schema, names: readonly string[]): fc.Arbitrary<unknown> {
    const schema = resolve(given);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, names)));
    if (schema.allOf) return valueOf(Object.assign({}, ...schema.allOf.map(resolve)) as Schema, names);
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type) => valueOf({ ...schema, type }, names)));
    const made = kinds[schema.type ?? 'anything'];
    if (!made) throw new Error(`No values are known for ${JSON.stringify(schema)}`);
    return made(schema, names);
  }

  const kinds: Record<string, (schema: Schema, names: readonly string[]) => fc.Arbitrary<unknown>> = {
    null: () => fc.constant(null),
    boolean: () => fc.boolean(),
    anything: () => fc.jsonValue({ maxDepth: 3 }),
    integer: (schema, names) => known(names, fc.integer(bounds(schema, 1)), 2),
    number: (schema) =>
      fc.oneof(fc.integer(bounds(schema, 1)), fc.double({ ...bounds(schema, 1e-6), noNaN: true })),
    string: (schema, names) => known(names, text(schema), schema.format === 'uuid' ? 6 : 1),
    array: ({ items = {}, minItems = 0, maxItems = 8 }, names) =>
      fc.array(valueOf(items, names), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) }),
    object: ({ properties = {}, required = [] }) => {
      const fields = Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, [name])]),
      );
      const needed = required.filter((name) => name in properties);
      const only = Object.fromEntries(needed.map((name) => [name, fields[name]!]));
      return fc.oneof(fc.record(fields, { requiredKeys: needed }), fc.record(only), fc.record(fields));
    },
  };

  return valueOf;
}

/** Now and then, the more often the greater the weight, a value that came before. */
const known = (
  names: readonly string[],
  made: fc.Arbitrary<unknown>,
  weight: number,
): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: made, weight: 2 },
    {
      arbitrary: fc
        .tuple(fc.nat(60), made)
        .map(([which, otherwise]) => new Reference(names, which, otherwise)),
      weight,
    },
  );

const bounds = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema, step: number) => {
  const min = minimum ?? (exclusiveMinimum === undefined ? -1e6 : exclusiveMinimum + step);
  const max = maximum ?? (exclusiveMaximum === undefined ? 1e6 : exclusiveMaximum - step);
  return { min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) };
};

function text({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format !== undefined) return formats[format] ?? fc.string({ maxLength });
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).map((made) => made.slice(0, 200));
  const lengths = { minLength, maxLength: Math.min(maxLength, minLength + 40) };
  return fc.oneof(
    { arbitrary: fc.string(lengths).map((made) => made.replaceAll(' ', 'a')), weight: 4 },
    {
      arbitrary: fc
        .string({ ...lengths, unit: 'grapheme' })
        .filter((made) => Array.from(made).length <= maxLength),
      weight: 1,
    },
    { arbitrary: fc.constant('x'.repeat(Math.min(maxLength, 20_000))), weight: 1 },
  );
}

const instants = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2030-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  date: fc
    .date({ min: new Date('1920-01-01'), max: new Date('2012-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  'date-time': instants.map((date) => date.toISOString()),
  email: fc.nat(9999).map((number) => `fuzz-${number}@example.org`),
};
