import pytest

from server.placement import Placement


@pytest.fixture
def placement() -> Placement:
    return Placement(reassign_s=1.0, settled_at_s=0.0)


def test_clients_go_to_whoever_serves_the_fewest(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.connected("b", "b")
    for room in ("r1", "r2", "r3", "r4"):
        placement.want(room)
        assert placement.settle(0.0) == [room]
    assert sorted(len(placement.clients(i)) for i in ("a", "b")) == [2, 2]


def test_without_a_worker_a_client_waits_for_one(placement: Placement) -> None:
    placement.want("r1")
    assert placement.settle(0.0) == []
    assert placement.where("r1") is None
    placement.connected("a", "a")
    assert placement.settle(1.0) == ["r1"]
    assert placement.where("r1") == "a"


def test_a_lost_worker_may_come_back_in_time(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.want("r1")
    placement.settle(0.0)
    placement.connected("b", "b")
    placement.lost("a", 10.0)
    assert placement.settle(10.5) == []
    assert placement.due_s() == 11.0
    assert not placement.is_connected(placement.where("r1"))
    placement.connected("a", "a", ["r1"])
    assert placement.settle(11.5) == []
    assert placement.where("r1") == "a"
    assert placement.is_connected("a")
    assert placement.due_s() is None


def test_after_that_its_clients_move(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.want("r1")
    placement.settle(0.0)
    placement.connected("b", "b")
    placement.lost("a", 10.0)
    assert placement.settle(11.0) == ["r1"]
    assert placement.where("r1") == "b"


def test_alone_a_lost_worker_keeps_its_clients_until_another_comes(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.want("r1")
    placement.settle(0.0)
    placement.lost("a", 10.0)
    assert placement.settle(60.0) == []
    assert placement.where("r1") == "a"
    placement.connected("b", "b")
    assert placement.settle(61.0) == ["r1"]


def test_a_new_life_of_the_same_worker_takes_over_at_once(placement: Placement) -> None:
    placement.connected("life1", "media")
    placement.want("r1")
    placement.settle(0.0)
    placement.lost("life1", 10.0)
    placement.connected("life2", "media")
    assert placement.settle(10.1) == ["r1"]
    assert placement.where("r1") == "life2"


def test_workers_that_outlived_the_server_claim_their_clients_before_others_get_them() -> None:
    placement = Placement(reassign_s=1.0, settled_at_s=2.0)
    placement.want("r1")
    placement.want("r2")
    placement.connected("new", "new")
    assert placement.settle(1.0) == []
    assert placement.due_s() == 2.0
    placement.connected("old", "old", ["r1"])
    assert placement.where("r1") == "old"
    assert placement.settle(2.0) == ["r2"]
    assert placement.where("r2") == "new"


def test_a_claim_does_not_take_a_client_from_a_connected_worker(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.want("r1")
    placement.settle(0.0)
    placement.connected("b", "b", ["r1"])
    assert placement.where("r1") == "a"


def test_released_clients_are_forgotten(placement: Placement) -> None:
    placement.connected("a", "a")
    placement.want("r1")
    placement.settle(0.0)
    placement.release("r1")
    assert placement.clients("a") == []
    assert placement.where("r1") is None
