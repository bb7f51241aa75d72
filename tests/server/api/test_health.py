import pytest

from tests.server.api.conftest import Site

pytestmark = pytest.mark.net


async def test_health_names_every_part(site: Site) -> None:
    async with site.client.get("/healthz") as response:
        assert response.status == 200
        assert await response.json() == {
            "status": "ok",
            "media_workers": 1,
            "transcription_workers": 1,
            "models": [{"recogniser": "demo", "languages": ["ko"], "routes": [], "demo": True}],
            "processes": [{"name": "media", "state": "running", "restarts": 0, "message": None}],
        }
    async with site.client.head("/healthz") as response:
        assert response.status == 200


@pytest.mark.parametrize("missing", ["media", "transcription"])
async def test_health_without_a_worker(site: Site, missing: str) -> None:
    site.live.counts = {"media": 1, "transcription": 1, missing: 0}  # type: ignore[misc]
    async with site.client.get("/healthz") as response:
        assert (await response.json())["status"] == "degraded"


async def test_why_a_process_does_not_run_is_for_the_organiser_only(site: Site) -> None:
    site.live.message = "no model in /srv/models"
    async with site.client.get("/healthz") as response:
        assert [process["message"] for process in (await response.json())["processes"]] == [None]
    health = await site.call("GET", "/healthz")
    assert [process["message"] for process in health["processes"]] == ["no model in /srv/models"]
