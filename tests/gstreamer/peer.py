"""An encoder or a player made of GStreamer's webrtcbin, a WebRTC that is not ours and no browser's.

Runs under the system's Python, which has GStreamer's bindings:

    python3 peer.py whip URL TOKEN [vp8|h264]
    python3 peer.py whep URL TOKEN

Prints a line of JSON a second with what went on so far, and ends the session when told to stop (SIGTERM).
"""

import json
import signal
import sys
import threading
import urllib.request
from urllib.parse import urljoin

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402 (versions come first)

VP8 = "vp8enc deadline=1 keyframe-max-dist=30 target-bitrate=500000 ! rtpvp8pay picture-id-mode=15-bit pt=96"
H264 = (
    "openh264enc bitrate=500000 gop-size=30 complexity=low ! video/x-h264,profile=constrained-baseline"
    " ! h264parse config-interval=-1 ! rtph264pay aggregate-mode=zero-latency pt=96"
)
ENCODER = """
    webrtcbin name=peer bundle-policy=max-bundle
    videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1
        ! videoconvert ! {video} ! peer.
    audiotestsrc is-live=true freq=600 volume=0.5 ! audioconvert ! audioresample
        ! opusenc inband-fec=true ! rtpopuspay pt=97 ! peer.
"""
SILENCE = -100.0  # dB
CAPS = {
    "video": "application/x-rtp,media=video,encoding-name={codec},payload=96,clock-rate=90000",
    "audio": "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000",
}


class Peer:
    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._session: str | None = None
        self._posted = False
        self.loop = GLib.MainLoop()
        self.counts = {"state": "new", "frames": 0, "sounds": 0, "loudness": SILENCE}
        self.failed = False

    def begin(self, pipeline: Gst.Pipeline) -> None:
        self._pipeline = pipeline
        self._peer = pipeline.get_by_name("peer")
        self._peer.connect("on-negotiation-needed", self._offer)
        self._peer.connect("notify::ice-gathering-state", self._gathered)
        self._peer.connect("notify::connection-state", self._connection_changed)
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self._broke)
        bus.connect("message::element", self._told)
        pipeline.set_state(Gst.State.PLAYING)

    def play(self) -> Gst.Pipeline:
        pipeline = Gst.Pipeline()
        peer = Gst.ElementFactory.make("webrtcbin", "peer")
        peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        pipeline.add(peer)
        for caps in (CAPS["audio"], CAPS["video"].format(codec="VP8")):
            peer.emit(
                "add-transceiver",
                GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY,
                Gst.Caps.from_string(caps),
            )
        peer.connect("pad-added", self._stream)
        return pipeline

    # --- negotiation ---

    def _offer(self, peer: Gst.Element) -> None:
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self._offered))

    def _offered(self, promise: Gst.Promise) -> None:
        # The offer lives as long as the reply that it is in.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self._peer.emit("set-local-description", offer, None)

    def _gathered(self, *_: object) -> None:
        state = self._peer.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE and not self._posted:
            self._posted = True
            # Not on the thread that tells it, which the answer needs.
            threading.Thread(target=self._post, daemon=True).start()

    def _post(self) -> None:
        offer = self._peer.get_property("local-description").sdp.as_text()
        try:
            with self._ask("POST", self._url, offer) as answer:
                self._session = urljoin(self._url, answer.headers["Location"])
                text = answer.read()
        except OSError as error:
            reason = error.read().decode() if hasattr(error, "read") else ""
            self._end(f"{error} {reason}")
            return
        _, message = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(text, message)
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self._peer.emit("set-remote-description", described, None)

    def _ask(self, method: str, url: str, body: str | None = None):
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/sdp"}
        data = None if body is None else body.encode()
        request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310
        return urllib.request.urlopen(request, timeout=10)  # noqa: S310

    def _connection_changed(self, *_: object) -> None:
        self.counts["state"] = self._peer.get_property("connection-state").value_nick

    # --- playing ---

    def _stream(self, peer: Gst.Element, pad: Gst.Pad) -> None:
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        description = (
            "queue ! rtpvp8depay ! vp8dec ! fakesink name=screen sync=false signal-handoffs=true"
            if kind == "video"
            else "queue ! rtpopusdepay ! opusdec ! audioconvert ! level name=meter"
            " ! fakesink name=speaker sync=false signal-handoffs=true"
        )
        output = Gst.parse_bin_from_description(description, True)
        self._pipeline.add(output)
        name, counter = ("screen", "frames") if kind == "video" else ("speaker", "sounds")
        output.get_by_name(name).connect("handoff", self._count, counter)
        output.sync_state_with_parent()
        pad.link(output.get_static_pad("sink"))

    def _count(self, sink: Gst.Element, buffer: Gst.Buffer, pad: Gst.Pad, counter: str) -> None:
        self.counts[counter] += 1

    def _told(self, bus: Gst.Bus, message: Gst.Message) -> None:
        structure = message.get_structure()
        if structure.get_name() == "level":
            now = round(max(structure.get_value("rms")), 1)
            self.counts["loudness"] = max(self.counts["loudness"], now)

    # --- the end ---

    def _broke(self, bus: Gst.Bus, message: Gst.Message) -> None:
        self._end(message.parse_error()[0].message)

    def _end(self, reason: str) -> None:
        print(reason, file=sys.stderr)
        self.failed = True
        self.loop.quit()

    def stop(self) -> bool:
        if self._session is not None:
            self._ask("DELETE", self._session).close()
        self.loop.quit()
        return False

    def report(self) -> bool:
        print(json.dumps(self.counts), flush=True)
        # The loudest since the last line: a beep a second would else always fall between two of them.
        self.counts["loudness"] = SILENCE
        return True


def main() -> int:
    role, url, token, *codec = sys.argv[1:]
    Gst.init(None)
    peer = Peer(url, token)
    if role == "whip":
        video = H264 if codec == ["h264"] else VP8
        peer.begin(Gst.parse_launch(ENCODER.format(video=video)))
    else:
        peer.begin(peer.play())
    GLib.timeout_add(1000, peer.report)
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, peer.stop)
    peer.loop.run()
    peer._pipeline.set_state(Gst.State.NULL)
    return 1 if peer.failed else 0


if __name__ == "__main__":
    sys.exit(main())
