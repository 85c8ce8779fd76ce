import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Turns zod schemas into JSON Schema (2020-12, which OpenAPI 3.1 takes as it is), collecting those that have an id. */
export type Schemas = ReturnType<typeof createSchemas>;

export function createSchemas() {
  const named: Record<string, JsonSchema> = {};

  /** A schema as it stands in the document: what is named is referred to. */
  function of(schema: z.ZodType): JsonSchema {
    const { properties = {}, $defs = {} } = wholeOf(schema);
    for (const [id, definition] of Object.entries($defs)) named[id] = { ...definition, id: undefined };
    return properties.schema as JsonSchema;
  }

  /** An object's fields as the parameters of one place. */
  function parameters(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): object[] {
    const { properties = {}, required = [] } = schema ? of(schema) : {};
    return Object.entries(properties).map(([name, described]) => {
      const { description, ...property } = described as JsonSchema;
      return {
        name,
        in: place,
        required: required.includes(name),
        ...(description && { description }),
        schema: property,
      };
    });
  }

  /** Whether what it describes may hold the id of something, which may not be there. */
  const takeId = (schema: z.ZodType): boolean => JSON.stringify(wholeOf(schema)).includes('"format":"uuid"');

  return { named, of, parameters, takeId };
}

/** A schema inside an object, beside the definitions that it refers to. */
function wholeOf(schema: z.ZodType): JsonSchema {
  const whole = z.toJSONSchema(z.object({ schema }), {
    io: 'input', // an answer too is held against its schema as it is sent
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => simplify(zodSchema, jsonSchema),
  });
  return JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

/** A `meta` with a type says all that there is to say; elsewhere what is a matter of course is left out. */
function simplify(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  const { id: _id, ...meta } = z.globalRegistry.get(zodSchema) ?? {};
  if (meta.type !== undefined) {
    for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
    Object.assign(jsonSchema, meta);
  }
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
