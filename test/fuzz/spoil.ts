import fc from 'fast-check';

/** How a value is to be spoilt: where, by the number of the place, and with what. */
export interface Spoiling {
  place: number;
  how: (value: unknown) => unknown;
  name: string;
}

const gone = Symbol('gone');
const unknownFields = ['no_such_field', '__proto__', 'constructor', 'id', 'user_id', 'role', ''];

/** Arbitrary ways to spoil a value. Whether the result is really one that may not be sent, the contract says. */
export const spoilings: fc.Arbitrary<Spoiling> = fc
  .tuple(
    fc.nat(30),
    fc.oneof(
      fc.constant({ name: 'dropped', how: (): unknown => gone }),
      fc.constantFrom(...unknownFields).map((name) => ({
        name: `with ${name}`,
        how: (value: unknown) => (isObject(value) ? withField(value, name) : gone),
      })),
      ...[
        ...[null, true, -1, 0.5, 1e308, 2 ** 53, '', 'x', [], {}, [null], 'x'.repeat(5000), '1e3', '0x10'],
        ...['a\u0000b', '\u202Ecba', '\uD800', "' OR 1=1 --", '9999-99-99', 'e\u0301'.repeat(300)],
      ].map((other) => fc.constant({ name: short(other), how: () => other })),
      fc.jsonValue({ maxDepth: 2 }).map((other) => ({ name: short(other), how: () => other })),
      fc.constant({ name: 'doubled', how: (value: unknown) => [value, value] }),
      fc.constant({ name: 'as text', how: (value: unknown) => String(value) }),
    ),
  )
  .map(([place, { name, how }]) => ({ place, how, name: `${name} at ${place}` }));

function short(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 30);
}

/** A copy with one place in it spoilt; the value itself is the last place. */
export function spoil(value: unknown, { place, how }: Spoiling): unknown {
  const places = placesIn(value);
  const at = places[place % (places.length + 1)];
  if (!at) return how(value) === gone ? undefined : how(value);
  const copy: unknown = structuredClone(value);
  let parent = copy as Record<string, unknown>;
  for (const key of at.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  const key = at.at(-1)!;
  const made = how(parent[key]);
  if (made === gone) Reflect.deleteProperty(parent, key);
  else parent[key] = made;
  return copy;
}

function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .slice(0, 10)
    .flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])]);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As JSON.parse would: `__proto__` becomes a field like any other. */
function withField(value: Record<string, unknown>, name: string): object {
  return Object.defineProperty({ ...value }, name, { value: 'x', enumerable: true, configurable: true });
}
