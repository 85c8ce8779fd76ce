type End = () => unknown;

const ends: End[] = [];

/** Registers what has to be closed when the last test is over; the last registered is closed first. */
export function onEnd(end: End): void {
  ends.push(end);
}

/** Closes everything that was registered. */
export async function closeAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}
