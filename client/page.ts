/**
 * Listens to an event of the page; where there is no page (a test in Node) nothing ever happens to it.
 * @returns a function that stops it
 */
export function onPage(event: keyof WindowEventMap, listener: (event: Event) => void): () => void {
  if (!('addEventListener' in globalThis)) return () => undefined;
  globalThis.addEventListener(event, listener);
  return () => globalThis.removeEventListener(event, listener);
}
