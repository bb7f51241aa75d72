/** What a change of the plugged devices means for the one in use. Pure. */

/** @typedef {Pick<MediaDeviceInfo, 'deviceId' | 'groupId' | 'label'>} Plugged as the browser lists them */
/**
 * `lost`: there is none left. `switch`: take that one. `offer`: it is new, and may be wanted.
 * @typedef {{does: 'keep'} | {does: 'lost'} | {does: 'switch', device: Plugged, why: 'gone' | 'returned' | 'default'}
 *   | {does: 'offer', device: Plugged}} Verdict
 */

/** Names that Chromium gives to whatever the system prefers; the device itself is listed too. */
const ALIASES = ['default', 'communications'];

/**
 * @param {readonly Plugged[]} plugged
 * @returns {Plugged[]} without the aliases
 */
export function real(plugged) {
  return plugged.filter(({ deviceId }) => !ALIASES.includes(deviceId));
}

/**
 * The one that the system prefers: Chromium says which, other browsers list it first.
 * @param {readonly Plugged[]} plugged
 * @returns {Plugged | null}
 */
export function preferred(plugged) {
  const alias = plugged.find(({ deviceId }) => deviceId === 'default');
  const devices = real(plugged);
  return devices.find(({ groupId }) => groupId === alias?.groupId) ?? devices[0] ?? null;
}

/**
 * A track that was opened under an alias stays with the device behind it, wherever the alias moves.
 * @param {{deviceId: string, groupId?: string}} used
 * @param {readonly Plugged[]} now
 */
function stillThere({ deviceId, groupId }, now) {
  if (!ALIASES.includes(deviceId) || !groupId) return now.find((device) => device.deviceId === deviceId);
  const same = now.filter((device) => device.groupId === groupId);
  return real(same)[0] ?? same.find((device) => device.deviceId === deviceId);
}

/**
 * @param {object} change
 * @param {readonly Plugged[]} change.before
 * @param {readonly Plugged[]} change.now
 * @param {{deviceId: string, groupId?: string} | null} change.used the one in use, as it was opened; null when there
 *   is none, but one is wanted
 * @param {string} change.chosen id of the one that was chosen once, empty for the system's choice
 * @returns {Verdict}
 */
export function verdict({ before, now, used, chosen }) {
  const wanted = real(now).find(({ deviceId }) => deviceId === chosen);
  const inUse = used && stillThere(used, now);
  if (!inUse) {
    const next = wanted ?? preferred(now);
    return next ? { does: 'switch', device: next, why: used ? 'gone' : 'returned' } : { does: 'lost' };
  }
  const fresh = real(now).filter((device) => !before.some(({ deviceId }) => deviceId === device.deviceId));
  if (wanted && fresh.includes(wanted)) return { does: 'switch', device: wanted, why: 'returned' };
  const [was, is] = [preferred(before), preferred(now)];
  const moved = is !== null && was?.deviceId !== is.deviceId && is.groupId !== inUse.groupId;
  if (moved && (chosen === '' || !wanted)) return { does: 'switch', device: is, why: 'default' };
  const offered = fresh.find(({ groupId }) => groupId !== inUse.groupId);
  return offered ? { does: 'offer', device: offered } : { does: 'keep' };
}
