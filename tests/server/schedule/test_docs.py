"""docs/schedule.md says what the reader does."""

import re
from pathlib import Path

import server.schedule
from server.schedule.cells import parse_glossary
from server.schedule.columns import read_columns

DOCS = (Path(__file__).parents[3] / "docs" / "schedule.md").read_text("utf-8")
SOURCES = Path(server.schedule.__file__).parent


def test_every_error_code_is_explained_and_no_other() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    pattern = r'"((?:bad|missing|unknown|duplicate|unnamed|too|no|end|empty|duration|outside)_[a-z_]+)"'
    codes = set(re.findall(pattern, text)) - {"duration_min"}
    explained = set(re.findall(r"`([a-z]+_[a-z_]+)`", DOCS.partition("## Errors")[2])) - {"unsupported_type"}
    assert codes == explained


def test_every_heading_of_the_tables_is_understood() -> None:
    rows = re.findall(r"^\| `([a-z_]+)`[^|]*\|([^|]*)\|", DOCS.partition("| cell |")[0], re.MULTILINE)
    headings = [
        heading for english, korean in rows for heading in (english, *re.findall(r"`([^`]+)`", korean))
    ]
    assert len(headings) > 40
    for heading in headings:
        columns, _ = read_columns(1, [heading])
        assert columns.room or columns.people, heading


def test_the_examples_work() -> None:
    glossary = re.search(r"`(코팅제 = [^`]+)`", DOCS)
    assert glossary is not None
    assert [entry.term for entry in parse_glossary(glossary[1].replace("\\|", "|"))] == ["코팅제", "교반"]
