"""docs/schedule.md says what the reader does."""

import json
import re
from pathlib import Path

import pytest

import server.matching
import server.schedule
from server.schedule.cells import parse_glossary
from server.schedule.columns import read_columns
from server.schedule.problems import SENTENCES

DOCS = (Path(__file__).parents[3] / "docs" / "schedule.md").read_text("utf-8")
LOCALES = Path(__file__).parents[3] / "web_client" / "locales"
SOURCES = Path(server.schedule.__file__).parent
WISHES = Path(server.matching.__file__).parent / "wish_sheet.py"


def test_every_error_code_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| (`[a-z_` ]+`) \|", DOCS.partition("## Errors")[2], re.MULTILINE)
    explained = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    assert set(SENTENCES) == explained


def test_every_code_is_used() -> None:
    sources = [WISHES, *(path for path in SOURCES.glob("*.py") if path.stem != "problems")]
    text = "".join(path.read_text("utf-8") for path in sources)
    text = text.replace("unknown_{role}", 'unknown_seller" "unknown_buyer')
    assert {code for code in SENTENCES if f'"{code}"' not in text} == set()


@pytest.mark.parametrize("locale", ["ko", "en", "zh-Hans", "vi", "ja", "ru"])
def test_every_code_has_a_sentence_in_every_language_of_the_pages(locale: str) -> None:
    sentences = json.loads((LOCALES / f"{locale}.json").read_text("utf-8"))
    for code, english in SENTENCES.items():
        translated = sentences[f"problem.{code}"]
        assert sorted(re.findall(r"{\w+}", translated)) == sorted(re.findall(r"{\w+}", english)), code


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
