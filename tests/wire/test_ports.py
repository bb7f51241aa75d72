import pytest

from wire.ports import PortRange


@pytest.mark.parametrize(
    ("text", "first", "last"), [("40000-40199", 40_000, 40_199), (" 5 - 5 ", 5, 5), ("1-65535", 1, 65_535)]
)
def test_both_ends_belong_to_it(text: str, first: int, last: int) -> None:
    ports = PortRange.parse(text)
    assert (ports.first, ports.last, ports.size) == (first, last, last - first + 1)
    assert PortRange.parse(str(ports)) == ports


@pytest.mark.parametrize(
    "text", ["", "40000", "40000-", "40199-40000", "0-5", "1-65536", "1-2-3", "a-b", "-1-5", "4e3-5e3"]
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}”"):
        PortRange.parse(text)
