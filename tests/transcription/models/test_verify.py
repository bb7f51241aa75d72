from transcription.models.verify import tried
from wire.links import Route


def route(source: str, target: str, engine: str, *via: str) -> Route:
    return Route(source=source, target=target, engine=engine, via=via)


def test_every_route_is_tried_but_of_a_model_for_many_one_from_each_language() -> None:
    routes = [
        route("ko", "en", "argos"),
        route("ko", "zh", "argos", "en"),
        route("ko", "ja", "m2m"),
        route("ko", "vi", "m2m"),
        route("vi", "ja", "m2m"),
        route("zh", "vi", "argos+m2m", "en"),
    ]
    assert list(tried(routes)) == [routes[0], routes[1], routes[2], routes[4], routes[5]]
