from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from transcription.scheduler import (
    BUSY_INTERVAL_S,
    IDLE_INTERVAL_S,
    MAX_ROOMS,
    Job,
    Kind,
    Pace,
    Shares,
    WorkQueue,
)


@dataclass(frozen=True)
class Asked:
    key: int
    batch_key: int = 10
    last_pass_at: float = 0.0
    room: str = "r1"
    busy: bool = False


def queue_of(*jobs: tuple[Asked, Kind, float], **limits: int) -> WorkQueue[Asked]:
    queue: WorkQueue[Asked] = WorkQueue(**limits)
    for work, kind, at in jobs:
        queue.put(Job(work, kind, at))
    return queue


jobs = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from((10, 15, 20)),
        st.floats(0, 100),
        st.sampled_from(Kind),
        st.floats(0, 100),
    ),
    max_size=30,
)


@given(jobs, st.integers(1, 5))
def test_every_job_comes_out_once_finals_first_in_batches_of_one_bucket(
    asked: list[tuple[int, int, float, Kind, float]], max_batch: int
) -> None:
    queue: WorkQueue[Asked] = WorkQueue()
    urgent: dict[int, Kind] = {}
    for key, bucket, last, kind, at in asked:
        queue.put(Job(Asked(key, bucket, last), kind, at))
        urgent[key] = min(kind, urgent.get(key, kind))
    taken: list[tuple[int, Kind]] = []
    while batch := queue.take(max_batch=max_batch):
        assert len(batch) <= max_batch
        assert len({job.work.batch_key for job in batch}) == 1
        assert len({job.kind is Kind.PARTIAL for job in batch}) == 1
        waiting_kinds = [urgent[key] for key in urgent if key not in dict(taken)]
        assert batch[0].kind == min(waiting_kinds)
        taken += [(job.work.key, job.kind) for job in batch]
    assert len(taken) == len(urgent)
    assert dict(taken) == urgent
    assert len(queue) == 0


def test_the_oldest_final_and_the_stalest_partial_come_first() -> None:
    queue = queue_of(
        (Asked(1, 10, 5.0), Kind.PARTIAL, 1.0),
        (Asked(2, 15, 3.0), Kind.PARTIAL, 2.0),
        (Asked(3, 20), Kind.FINAL, 9.0),
        (Asked(4, 15), Kind.FINAL, 8.0),
        (Asked(5, 10), Kind.SPECULATIVE, 7.0),
    )
    order = []
    while batch := queue.take():
        order += [job.work.key for job in batch]
    assert order == [4, 3, 5, 2, 1]


def test_a_newer_partial_replaces_the_waiting_one_and_a_final_replaces_both() -> None:
    work = Asked(1)
    queue = queue_of((work, Kind.PARTIAL, 1.0), (work, Kind.PARTIAL, 2.0), (work, Kind.FINAL, 3.0))
    queue.put(Job(work, Kind.PARTIAL, 4.0))
    [job] = queue.take()
    assert (job.kind, job.queued_at) == (Kind.FINAL, 3.0)
    assert queue.counters["replaced_partials"] == 2
    assert queue.take() == []


def test_finals_are_bounded_and_the_oldest_is_given_back() -> None:
    queue = queue_of(*((Asked(key), Kind.FINAL, float(key)) for key in range(3)), max_finals=3)
    given_up = queue.put(Job(Asked(3), Kind.FINAL, 3.0))
    assert given_up is not None
    assert given_up.work.key == 0
    assert len(queue) == 3
    assert queue.counters["abandoned_finals"] == 1


def test_partials_are_bounded_and_the_newest_is_refused() -> None:
    queue = queue_of(*((Asked(key), Kind.PARTIAL, float(key)) for key in range(4)), max_partials=3)
    assert len(queue) == 3
    assert queue.counters["refused_partials"] == 1


def test_a_room_where_many_speak_leaves_the_others_their_share() -> None:
    queue: WorkQueue[Asked] = WorkQueue()
    served: Counter[str] = Counter()
    for turn in range(40):
        for speaker in range(6):
            queue.put(
                Job(Asked(speaker, last_pass_at=float(turn), room="crowded"), Kind.PARTIAL, float(turn))
            )
        queue.put(Job(Asked(99, last_pass_at=turn + 0.5, room="quiet"), Kind.PARTIAL, float(turn)))
        served.update(job.work.room for job in queue.take(max_batch=2))
    assert served == {"crowded": 40, "quiet": 40}


def test_a_flood_of_finals_does_not_hold_up_another_rooms_final() -> None:
    queue: WorkQueue[Asked] = WorkQueue()
    for key in range(20):
        queue.put(Job(Asked(key, room="flood"), Kind.FINAL, float(key)))
    queue.take(max_batch=1)
    queue.put(Job(Asked(50, room="calm"), Kind.FINAL, 100.0))
    assert [job.work.room for job in queue.take(max_batch=2)] == ["calm", "flood"]


def test_a_room_that_was_silent_saves_up_no_claim() -> None:
    shares = Shares()
    for _ in range(100):
        shares.serve("busy")
    shares.serve("late")
    assert shares.behind("late") >= shares.behind("busy") - 1


def test_rooms_that_came_and_went_are_forgotten() -> None:
    shares = Shares()
    for room in range(3 * MAX_ROOMS):
        shares.serve(room)
        shares.serve(room)
    assert len(shares._served) <= MAX_ROOMS + 1


def test_what_is_being_worked_on_waits() -> None:
    queue = queue_of((Asked(1, busy=True), Kind.FINAL, 1.0), (Asked(2), Kind.PARTIAL, 2.0))
    assert [job.work.key for job in queue.take()] == [2]
    assert queue.take() == []
    assert len(queue) == 1


def test_a_cancelled_job_does_not_come() -> None:
    queue = queue_of((Asked(1), Kind.SPECULATIVE, 1.0))
    queue.cancel(1)
    assert queue.take() == []


@given(st.lists(st.tuples(st.floats(0.01, 5), st.integers(1, 4)), max_size=20), st.integers(0, 500))
def test_the_interval_stays_between_idle_and_busy(passes: list[tuple[float, int]], speaking: int) -> None:
    pace = Pace()
    for seconds, count in passes:
        pace.measured(seconds, count)
    assert IDLE_INTERVAL_S <= pace.interval_s(speaking) <= BUSY_INTERVAL_S


def test_partials_thin_out_as_more_people_speak() -> None:
    pace = Pace()
    pace.measured(0.1, 1)
    assert pace.interval_s(1) == IDLE_INTERVAL_S
    assert pace.interval_s(6) > IDLE_INTERVAL_S
    assert pace.interval_s(100) == BUSY_INTERVAL_S
