"""Devices of a page that come and go.

The fake devices of the browser are always plugged; the page is told otherwise by `enumerateDevices`, and by
the events that a browser sends. Everything else is real.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.conftest import ALLOW, Launch

# The second of Chromium's fake cameras measures depth, which nothing can encode; pages are not told of it.
TWO_OF_EACH = "--use-fake-device-for-media-stream=device-count=3,fps=5,display-media-type=browser"

PLUGS = """() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const [enumerate, open] = [devices.enumerateDevices.bind(devices), devices.getUserMedia.bind(devices)];
  const away = new Set(['fake_device_1', ...JSON.parse(localStorage.getItem('test.away') ?? '[]')]);
  // As Chromium has it on real machines, what the system prefers is listed twice, with one group.
  let first = 'Fake Audio Input 1';
  const groups = {};
  window.opened = [];
  window.names = {};
  const label = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'label').get;
  const named = (text) => Object.entries(names).find(([old]) => text.includes(old))?.[1] ?? text;
  Object.defineProperty(MediaStreamTrack.prototype, 'label', { get() { return named(label.call(this)); } });
  devices.enumerateDevices = async () => {
    const all = (await enumerate()).filter(({ label }) => ![...away].some((name) => label.includes(name)));
    const copy = ({ kind, deviceId, groupId, label }) => ({ kind, deviceId, groupId, label: named(label) });
    const shown = all.map(copy);
    const preferred = shown.find((device) => device.kind === 'audioinput' && device.label.includes(first));
    return shown.map((device) =>
      device.kind === 'audioinput' && device.deviceId === 'default' && preferred
        ? { ...device, groupId: preferred.groupId } : device);
  };
  const settings = MediaStreamTrack.prototype.getSettings;
  MediaStreamTrack.prototype.getSettings = function () {
    const said = settings.call(this);
    return said.deviceId === 'default' && groups[this.id] ? { ...said, groupId: groups[this.id] } : said;
  };
  devices.getUserMedia = async (asked) => {
    const stream = await open(asked);
    const listed = await devices.enumerateDevices();
    const alias = listed.find(({ kind, deviceId }) => kind === 'audioinput' && deviceId === 'default');
    for (const track of stream.getAudioTracks()) groups[track.id] = alias?.groupId;
    opened.push(...stream.getTracks());
    return stream;
  };
  const changed = () => devices.dispatchEvent(new Event('devicechange'));
  window.unplug = (name) => {
    away.add(name);
    for (const track of opened) {
      if (!track.label.includes(name) || track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    changed();
  };
  window.plug = (name) => { away.delete(name); changed(); };
  window.prefer = (name) => { first = name; changed(); };
  const live = (kind) => opened.filter((track) => track.kind === kind && track.readyState === 'live');
  window.used = (kind) => live(kind).at(-1) ?? null;
  const RealConnection = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends RealConnection {
    constructor(...args) { super(...args); connections.push(this); }
  };
  window.received = async (kind, what) => {
    let sum = 0;
    for (const connection of connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp' && report.kind === kind) sum += report[what] ?? 0;
      }
    }
    return sum;
  };
}"""


def two_of_each(launch: Launch) -> Browser:
    return launch(TWO_OF_EACH, ALLOW)


def with_plugs(page: Page) -> None:
    page.add_init_script(f"({PLUGS})()")


def hears(page: Page) -> None:
    """Waits until this page has received more sound than now."""
    page.evaluate("async () => { window.energy = await received('audio', 'totalAudioEnergy'); }")
    page.wait_for_function(
        "async () => (await received('audio', 'totalAudioEnergy')) > window.energy + 0.001", timeout=20_000
    )
