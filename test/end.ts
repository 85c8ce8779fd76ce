type End = () => unknown;

const ends: End[] = [];

/** Registers what has to be closed when the last test is over; the last registered is closed first. */
export function onEnd(end: End): void {
  ends.push(end);
}

/**
 * Closes everything that was registered, also when something of it cannot be closed.
 * @throws the first error, when all the rest is closed
 */
export async function closeAll(): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends.splice(0).reverse())
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw errors[0];
}
