import asyncio

from server.outbox import FATAL, SLOW_READER, Outbox


async def drain(outbox: Outbox) -> list[str]:
    """What waits, until the outbox is closed."""
    texts = []
    while (text := await outbox.next()) is not None:
        texts.append(text)
    return texts


async def test_messages_come_in_order() -> None:
    outbox = Outbox(8)
    for text in "abc":
        outbox.put(text)
    outbox.close(FATAL)
    assert await drain(outbox) == ["a", "b", "c"]


async def test_a_newer_revision_takes_the_place_of_the_waiting_one() -> None:
    outbox = Outbox(8)
    outbox.put("partial 1", key="caption-1")
    outbox.put("person")
    outbox.put("other", key="caption-2")
    outbox.put("partial 2", key="caption-1")
    outbox.put("final", key="caption-1")
    outbox.close(FATAL)
    assert await drain(outbox) == ["final", "person", "other"]


async def test_a_revision_that_was_sent_is_not_replaced() -> None:
    outbox = Outbox(8)
    outbox.put("partial 1", key="caption-1")
    assert await outbox.next() == "partial 1"
    outbox.put("partial 2", key="caption-1")
    assert await outbox.next() == "partial 2"


async def test_partials_of_a_few_captions_never_fill_the_queue() -> None:
    outbox = Outbox(4)
    for number in range(1000):
        outbox.put(str(number), key=f"caption-{number % 4}")
    assert outbox.close_code is None
    outbox.close(FATAL)
    assert await drain(outbox) == ["996", "997", "998", "999"]


async def test_a_full_queue_ends_the_connection_and_is_thrown_away() -> None:
    overflows: list[int] = []
    outbox = Outbox(2, on_overflow=lambda: overflows.append(1))
    for text in "abcd":
        outbox.put(text)
    assert outbox.close_code == SLOW_READER
    assert overflows == [1]
    assert len(outbox) == 0
    assert await outbox.next() is None


async def test_the_first_close_code_counts_and_nothing_is_taken_afterwards() -> None:
    outbox = Outbox(2)
    outbox.put("last words")
    outbox.close(FATAL)
    outbox.close(SLOW_READER)
    outbox.put("too late")
    assert await drain(outbox) == ["last words"]
    assert outbox.close_code == FATAL


async def test_a_waiting_reader_wakes_up() -> None:
    outbox = Outbox(2)
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(0)
    outbox.put("a")
    assert await waiting == "a"
    waiting = asyncio.create_task(outbox.next())
    await asyncio.sleep(0)
    outbox.close(FATAL)
    assert await waiting is None
