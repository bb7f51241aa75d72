"""All quantities of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from transcription.numbers.assembly import Assembler, Item, phrase_items, readings
from transcription.numbers.calendar import written_items
from transcription.numbers.chinese import CHINESE
from transcription.numbers.codes import ADDRESS, codes
from transcription.numbers.english import ENGLISH
from transcription.numbers.grammar import Grammar
from transcription.numbers.incoterms import incoterms
from transcription.numbers.japanese import JAPANESE
from transcription.numbers.joining import joined
from transcription.numbers.korean import KOREAN
from transcription.numbers.normal import normal
from transcription.numbers.quantity import Kind, Quantity, Reading, Weight
from transcription.numbers.russian import RUSSIAN
from transcription.numbers.vietnamese import VIETNAMESE
from wire.languages import primary

GRAMMARS: Mapping[str, Grammar] = {
    "ko": KOREAN,
    "zh": CHINESE,
    "yue": CHINESE,
    "vi": VIETNAMESE,
    "en": ENGLISH,
    "ja": JAPANESE,
    "ru": RUSSIAN,
}
_TAKEN = "\x00"
_BESIDE_MONTH = re.compile(
    r"[0-9]{1,4}(?:st|nd|rd|th)?(?: of)? $"
    r"|(?:in|by|on|until|till|since|from|of|to|next|last"
    r"|this|early|late|mid|every|around|during|before|after) $"
)
_AFTER_MONTH = re.compile(r",? (?:the )?[0-9]")


def extract(text: str, lang: str) -> tuple[Quantity, ...]:
    """What a translation of `text` has to say too, in order; nothing in languages that are not known.

    Never raises, and takes time in proportion to the text.
    """
    return tuple(quantity for quantity in candidates(text, lang) if quantity.weight > Weight.FAINT)


def candidates(text: str, lang: str) -> tuple[Quantity, ...]:
    """With whatever may be a number, as a partner for those of the other language."""
    grammar = GRAMMARS.get(primary(lang))
    if grammar is None:
        return ()
    prepared = normal(text)
    lower, cased = grammar.fold(prepared.text), prepared.cased
    lower = ADDRESS.sub(lambda match: _TAKEN * len(match.group()), lower)
    signs = _without_overlap([*incoterms(lower, cased), *codes(_masked_like(cased, lower))])
    lower = _masked(lower, signs)
    assembler = Assembler(lower, grammar)
    dates = _without_overlap(written_items(lower, assembler), first_wins=True)
    rest = _masked(lower, dates)
    items = [
        *phrase_items(rest, grammar.phrases, inside_words=grammar.bare_phrases),
        *_compounds(rest, grammar),
        *Assembler(rest, grammar).items(grammar.numerals(rest)),
        *_months(rest, cased, grammar),
    ]
    items = [*signs, *dates, *_without_overlap(items)]
    found = joined(lower, grammar, sorted(items, key=lambda item: item.start))
    quantities = []
    for item in found:
        start, end = prepared.span(item.start, item.end)
        quantity = item.quantity()
        quantities.append(Quantity(quantity.readings, start, end, quantity.weight, quantity.raw))
    return tuple(quantities)


def _masked(text: str, items: Iterable[Item]) -> str:
    characters = list(text)
    for item in items:
        characters[item.start : item.end] = _TAKEN * (item.end - item.start)
    return "".join(characters)


def _masked_like(text: str, masked: str) -> str:
    return "".join(
        _TAKEN if taken == _TAKEN else character for character, taken in zip(text, masked, strict=True)
    )


def _without_overlap(items: Iterable[Item], *, first_wins: bool = False) -> list[Item]:
    """The longer one of two that overlap, in order of the text."""
    ranked = list(items)
    if not first_wins:
        ranked.sort(key=lambda item: item.start - item.end)
    taken: set[int] = set()
    kept = []
    for item in ranked:
        places = range(item.start, item.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def _compounds(text: str, grammar: Grammar) -> Iterable[Item]:
    for match in grammar.compounds.finditer(text):
        number = match.group("number") or match.group("word")
        value = Fraction(int(number) if number.isdigit() else grammar.compound_numbers[number])
        measure = grammar.compound_units[match.group("unit")]
        yield Item(match.start(), match.end(), readings((value,), (measure,)), spelled=not number.isdigit())


def _months(text: str, cased: str, grammar: Grammar) -> Iterable[Item]:
    if not grammar.months:
        return
    for match in re.finditer(r"[^\W\d_]+", text):
        month = grammar.months.get(match.group())
        if month is None:
            continue
        if match.group() in grammar.month_guard:
            before = _BESIDE_MONTH.search(text, max(0, match.start() - 12), match.start())
            beside = before or _AFTER_MONTH.match(text, match.end())
            if not beside or (
                match.group() == "may" and cased[match.start()] == "m" and not _near_digit(text, match)
            ):
                continue
        yield Item(match.start(), match.end(), (Reading(Kind.DATE, Fraction(month), "month"),))


def _near_digit(text: str, match: re.Match[str]) -> bool:
    return (
        text[match.start() - 2 : match.start() - 1].isdigit()
        or text[match.end() + 1 : match.end() + 2].isdigit()
    )
