const given = ['DATABASE_URL', 'REDIS_URL'] as const;

/** Runs `body` as on a machine where no server is given, and optionally with another PATH. */
export async function alone<T>(body: () => Promise<T>, searchPath = process.env.PATH): Promise<T> {
  const before = { ...process.env };
  for (const name of given) Reflect.deleteProperty(process.env, name);
  process.env.PATH = searchPath;
  try {
    return await body();
  } finally {
    for (const name of [...given, 'PATH'] as const) process.env[name] = before[name];
  }
}
