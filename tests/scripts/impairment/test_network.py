"""Real packets between namespaces: what a line does to them."""

import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from impairment.namespaces import missing
from impairment.network import Line, Network

reason = missing()
pytestmark = [pytest.mark.net, pytest.mark.skipif(reason is not None, reason=str(reason))]


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as running:
        yield running


class Ends:
    """A socket at each end of a line."""

    def __init__(self, network: Network, line: Line) -> None:
        self.line = line
        with network.server.inside():
            self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.server.bind((network.server.address, 0))
        with line.place.inside():
            self.visitor = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.visitor.connect(self.server.getsockname())
        for end in (self.server, self.visitor):
            end.settimeout(0.5)

    def up(self, count: int) -> list[bytes]:
        """What arrives of so many packets from the visitor."""
        for number in range(count):
            self.visitor.send(number.to_bytes(2))
        arrived = []
        try:
            while len(arrived) < count:
                arrived.append(self.server.recv(100))
        except TimeoutError:
            pass
        return arrived

    def close(self) -> None:
        self.server.close()
        self.visitor.close()


@pytest.fixture
def ends(network: Network) -> Iterator[Ends]:
    made = Ends(network, network.line(seed=5))
    yield made
    made.close()


def test_a_clean_line_carries_everything_in_both_directions(network: Network, ends: Ends) -> None:
    assert len(ends.up(200)) == 200
    ends.server.sendto(b"back", ends.visitor.getsockname())
    assert ends.visitor.recv(100) == b"back"
    assert ends.visitor.getsockname()[0] == ends.line.place.address


def test_loss_is_for_the_direction_that_was_named(ends: Ends) -> None:
    ends.line.shape("up", loss=0.5)
    arrived = len(ends.up(400))
    assert 140 < arrived < 260
    counts = ends.line.counts()
    assert counts["up"]["lost"] == 400 - arrived
    assert "lost" not in counts["down"]
    ends.line.clear()
    assert len(ends.up(100)) == 100


def test_a_cut_line_carries_nothing_until_it_is_restored(ends: Ends) -> None:
    ends.line.cut()
    assert ends.up(5) == []
    ends.line.restore()
    assert len(ends.up(5)) == 5


def test_delay_is_added_on_the_way(ends: Ends) -> None:
    ends.line.shape("up", delay_ms=150)
    started_s = time.monotonic()
    ends.visitor.send(b"late")
    assert ends.server.recv(100) == b"late"
    assert time.monotonic() - started_s >= 0.15


def test_lines_do_not_share_their_fate(network: Network, ends: Ends) -> None:
    other = Ends(network, network.line())
    ends.line.cut()
    assert len(other.up(20)) == 20
    other.close()


def test_a_visitor_that_moves_has_another_address(network: Network, ends: Ends) -> None:
    address = ends.line.move()
    assert address != ends.line.place.address
    moved = Ends(network, ends.line)
    assert len(moved.up(5)) == 5
    assert moved.visitor.getsockname()[0] == address
    moved.close()
    with pytest.raises(OSError, match=r"unreachable|Cannot assign|No route|Invalid argument"):
        _send_until_refused(ends.visitor)


def _send_until_refused(visitor: socket.socket) -> None:
    for _ in range(3):
        visitor.send(b"from an address that is gone")
        time.sleep(0.05)


def test_an_unplugged_visitor_knows_it(network: Network, ends: Ends) -> None:
    ends.line.unplug()
    with pytest.raises(OSError, match="unreachable"):
        ends.visitor.send(b"nowhere")
    ends.line.plug()
    assert len(ends.up(5)) == 5


def test_programs_run_where_they_are_started(network: Network) -> None:
    line = network.line()
    shown = subprocess.run(
        line.place.command("ip", "-4", "-brief", "address"), capture_output=True, text=True, check=True
    )
    assert line.place.address in shown.stdout


def test_nothing_is_left_when_it_ends() -> None:
    with Network() as network:
        path = network.server.namespace
    with pytest.raises(FileNotFoundError), network.server.inside():
        pass
    assert path.startswith("/proc/")
