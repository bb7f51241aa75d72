/** What is said of people's networks, in which words. Pure. */

/** @import {Flow, Level, Network, NetworkReason, NetworkRow} from './protocol.js' */

/** How a person's network is as long as nothing else was said. @type {Omit<Network, 'person'>} */
const GOOD = Object.freeze({ grade: 'good', reasons: [] });

/**
 * @param {readonly Network[]} networks
 * @param {string | null} person
 * @returns {Omit<Network, 'person'>}
 */
export function networkOf(networks, person) {
  return networks.find((network) => network.person === person) ?? GOOD;
}

/** @param {readonly Network[]} networks @param {Network} changed @returns {readonly Network[]} those that are not good */
export function withNetwork(networks, changed) {
  const others = networks.filter(({ person }) => person !== changed.person);
  return changed.grade === 'good' ? others : [...others, changed];
}

/** @param {readonly NetworkReason[]} reasons @returns {'picture_none' | 'picture_small' | null} what the others get instead of the whole picture */
export function pictureSent(reasons) {
  if (reasons.includes('picture_none')) return 'picture_none';
  return reasons.includes('picture_small') ? 'picture_small' : null;
}

/**
 * What becomes of one's own picture comes first. What the network has already taken is told by a notice of its own, which
 * speaks of what one receives: then only what one sends is left to say.
 * @param {readonly NetworkReason[]} reasons
 * @param {Level} level
 * @returns {NetworkReason | null}
 */
export function advised(reasons, level) {
  const picture = pictureSent(reasons);
  if (picture) return picture;
  if (level === 'full') return reasons[0] ?? null;
  return reasons.includes('loss_sent') ? 'loss_sent' : null;
}

/**
 * @param {Pick<NetworkRow, 'sends' | 'receives' | 'rtt_ms' | 'frozen_ms'>} row
 * @returns {{sent: string, received: string, lost_sent: string, lost_received: string, jitter_sent: string, jitter_received: string,
 *   trip: string, frozen: string}} numbers to show, an en dash where nothing is known
 */
export function numbers({ sends, receives, rtt_ms, frozen_ms }) {
  return {
    sent: mbits(sends),
    received: mbits(receives),
    lost_sent: worst(sends),
    lost_received: worst(receives),
    jitter_sent: jitter(sends),
    jitter_received: jitter(receives),
    trip: rtt_ms === null ? '–' : String(Math.round(rtt_ms)),
    frozen: (frozen_ms / 1000).toFixed(1),
  };
}

/** @param {readonly Flow[]} flows */
function mbits(flows) {
  return (flows.reduce((sum, { bps }) => sum + bps, 0) / 1e6).toFixed(2);
}

/** In milliseconds, of the voice where there is one: pictures come in bursts, whatever the network. @param {readonly Flow[]} flows */
function jitter(flows) {
  const voice = flows.filter(({ source, jitter_ms }) => source === 'microphone' && jitter_ms !== null);
  const known = (voice.length > 0 ? voice : flows).map(({ jitter_ms }) => jitter_ms).filter((ms) => ms !== null);
  return known.length > 0 ? String(Math.round(Math.max(...known))) : '–';
}

/** In percent. @param {readonly Flow[]} flows */
function worst(flows) {
  const known = flows.map(({ loss }) => loss).filter((loss) => loss !== null);
  return known.length > 0 ? (Math.max(...known) * 100).toFixed(1) : '–';
}
