import type { Document, Operation, Schema } from '../fuzz/contract.ts';
import { requestText } from './loadLine.ts';

/** What an attacker is in: their live round, the session that it belongs to, and their token. */
export interface Attacker {
  roundId: string;
  sessionId: string;
  token: string;
}

/** The largest request of an operation that its contract allows, about the attacker's own round and session. */
export function largestRequest(document: Document, operation: Operation, attacker: Attacker): string {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;
  const inVideo = operation.path.startsWith('/api/video/');

  function largest(given: Schema, name: string): unknown {
    const schema = resolve(given);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return longest(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return longest(choices.map((choice) => largest(choice, name)));
    if (schema.allOf) return largest(Object.assign({}, ...schema.allOf.map(resolve)) as Schema, name);
    const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
    if (type === 'object')
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, largest(inner, key)]),
      );
    if (type === 'array')
      return Array.from({ length: schema.maxItems ?? 20 }, (_, index) =>
        numbered(largest(schema.items ?? {}, name), index),
      );
    if (type === 'integer' || type === 'number') return name === 'wait' ? 0 : (schema.maximum ?? 1_000_000);
    if (type === 'boolean') return true;
    if (type === 'string') return text(schema, name);
    return 'x'.repeat(16 * 1024 - 2); // the data of a signal: the only thing without a type
  }

  function text({ format, pattern, maxLength, minLength = 0 }: Schema, name: string): string {
    if (format === 'uuid') return name === 'session_id' && !inVideo ? attacker.sessionId : attacker.roundId;
    if (format === 'date') return '1990-01-01';
    if (format === 'date-time') return '2026-01-01T00:00:00Z';
    if (format === 'email') return `${'x'.repeat(50)}@example.org`;
    if (pattern !== undefined) return 'a'.repeat(Math.max(1, minLength));
    return 'x'.repeat(Math.min(maxLength ?? 500, 60_000));
  }

  const optional = (name: string): boolean => !['after', 'cursor', 'device_token'].includes(name);
  const { path, query } = operation.parameters;
  const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(largest(path.properties?.[name] ?? {}, name)),
  );
  const asked = new URLSearchParams();
  for (const [name, schema] of Object.entries(query.properties ?? {}))
    if (optional(name)) asked.set(name, String(largest(schema, name)).slice(0, 300));
  const body = operation.body && (largest(operation.body, '') as object);
  const empty = operation.method === 'get' ? undefined : {};
  const method = operation.method.toUpperCase();
  return requestText(
    method,
    asked.size > 0 ? `${address}?${asked.toString()}` : address,
    attacker.token,
    body ?? empty,
  );
}

/** Signals of a batch are numbered, and equal interests would count once. */
function numbered(value: unknown, index: number): unknown {
  if (typeof value === 'string') return `${index}`.padEnd(value.length, 'x');
  if (typeof value !== 'object' || value === null || !('client_seq' in value)) return value;
  return { ...value, client_seq: index + 1 };
}

const longest = (values: readonly unknown[]): unknown =>
  values.reduce((best, value) => (JSON.stringify(value).length > JSON.stringify(best).length ? value : best));
