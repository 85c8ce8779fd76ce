/**
 * Keeps the screen on where the browser can. It is lost whenever the page is hidden, and asked for again after.
 * @returns a function that lets the screen go dark again
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const ask = async () => {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    const got = await navigator.wakeLock.request('screen').catch(() => undefined); // refused on low battery
    if (over) await got?.release();
    else lock = got;
  };
  const again = () => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
