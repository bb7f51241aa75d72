"""Whether a text may end here: by its mark, or by the forms that end sentences in its language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transcription.agreement import SETTLING_PROBABILITY, Unit
from wire.languages import primary

_MARKS = frozenset(".?!。？！")
_FORMS = {
    # Formal and polite endings of verbs; -는데요, -거든요 and -고요 announce more.
    "ko": r"(습니다|합니다|입니다|됩니다|[가-힣]니다|습니까|[가-힣]니까|[가-힣]십시오|"
    r"(?<!는데)(?<!은데)(?<!거든)(?<!고)요|[가-힣]죠)",
    # Questions, and the answers that are whole by themselves; other Chinese sentences have no final form.
    "zh": r"(吗|呢|吧|对不对|是不是|好不好|谢谢|再见|^(好|对|是|不是|可以|没有|好的|是的|对的|没问题))",
    "yue": r"(嗎|呢|吧|啦|喎|唔該|多謝|^(好|係|唔係|得|冇問題))",
    "ja": r"(です|ます|ました|でした|ません|でしょう|ましょう|ください|お願いします)(か|ね|よ|よね)?",
    "vi": r"\b(ạ|không|chưa|nhé|nhỉ|vâng|dạ|cảm ơn)",
}
"""How the last words of a whole sentence read, without marks; English and Russian have no such forms."""
_PATTERNS = {language: re.compile(f"{form}$", re.IGNORECASE) for language, form in _FORMS.items()}


def ends_sentence(units: Sequence[Unit], language: str) -> bool:
    """Whether the decoder is sure that a sentence is over."""
    if not units or units[-1].probability < SETTLING_PROBABILITY:
        return False
    return closes("".join(unit.text for unit in units), language)


def closes(text: str, language: str) -> bool:
    """Whether a sentence is whole at the end of `text`."""
    text = text.strip()
    if text[-1:] in _MARKS:
        return True
    pattern = _PATTERNS.get(primary(language))
    return pattern is not None and pattern.search(text) is not None
