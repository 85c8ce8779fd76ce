const graceMs = 2_000; // for what is shown or let go a moment later

/** What is found and stays: what is on its way in or out, or not laid out anew yet, is no finding. */
export async function lasting(look: () => Promise<string[]>, forMs = graceMs): Promise<string[]> {
  const until = performance.now() + forMs;
  for (;;) {
    const found = await look().catch(() => [] as string[]); // the page has gone on
    if (found.length === 0 || performance.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
