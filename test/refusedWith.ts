import { Problem } from '#core/errors.ts';

/** The code of the problem that a function throws. */
export function refusedWith(verb: () => unknown): string {
  try {
    verb();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  throw new Error('It was not refused');
}
