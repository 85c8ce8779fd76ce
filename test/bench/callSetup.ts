/** How long a call takes: from the match being known to the first frame of the partner, in real browsers. */
export const callSetup = {
  name: 'call-setup',
  describes:
    'match known to first remote frame: held polls beside 2 s polls and the limit, in two Chromium pages',
  // By its address: what runs in a page belongs to the client's program, which knows the DOM.
  run: async () => {
    const address = new URL('../browser/callSetup.ts', import.meta.url).href;
    await ((await import(address)) as { run: () => Promise<void> }).run();
  },
};
