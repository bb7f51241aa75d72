from server.config import Limits
from server.media_plane import MediaPlane
from server.workers import WorkerLink
from wire.links import MediaHello


async def test_a_worker_that_served_nobody_is_forgotten_when_it_goes() -> None:
    gone: list[str] = []
    plane = MediaPlane(
        Limits(settle_s=0.0),
        on_change=lambda room: None,
        on_network=lambda network: None,
        on_offer=lambda offer: None,
        on_quality=lambda quality: None,
        on_worker=lambda instance: None,
        on_worker_gone=gone.append,
        on_count=lambda: None,
    )
    try:
        link = WorkerLink("m1", "media")
        plane.attach(link, MediaHello(name="media", instance="m1"))
        assert gone == []
        plane.detach(link)
        assert gone == ["m1"]
    finally:
        plane.close()
