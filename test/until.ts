/**
 * Waits for what happens by itself: real loops, real connections.
 * @throws when it has not happened within `withinMs`
 */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const late = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > late)
      throw new Error(`It has not happened within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
