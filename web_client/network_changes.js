/** When the browser has reason to think that the network is another one, or that it was away itself. */

/**
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onNetworkChange(listener) {
  const stopping = new AbortController();
  const { signal } = stopping;
  addEventListener('online', listener, { signal });
  // Back from another app, or from sleep: sockets may have died unnoticed meanwhile.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && listener(), { signal });
  document.addEventListener('resume', listener, { signal });
  // Wireless to mobile and the like; not every browser tells.
  const network = 'connection' in navigator ? /** @type {EventTarget} */ (navigator.connection) : null;
  network?.addEventListener('change', listener, { signal });
  return () => stopping.abort();
}
