"""What a recogniser writes although nobody said it."""

from __future__ import annotations

import re
from dataclasses import dataclass

SILENT_PROBABILITY = 0.6
UNLIKELY_LOG_PROBABILITY = -1.0
"""Whisper's own rule for silence: the no-speech token at least this probable and the text this unlikely."""
DOUBTFUL_VAD = 0.75
DOUBTFUL_LOG_PROBABILITY = -0.5
DOUBTFUL_DBFS = -45.0
"""Limits under which the voice detector, the decoder and the level each doubt that somebody spoke."""

_INVENTED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(mbc|kbs|sbs|ytn)\s*뉴스.*(입니다|였습니다)",
        r"(지금까지|이상)\s*.*뉴스.*",
        r"(끝까지\s*)?시청해\s*주셔서\s*감사합니다",
        r"구독(과|,)?\s*좋아요.*",
        r"다음\s*(영상|시간)에서?\s*(만나요|뵙겠습니다)",
        r"(中文)?字幕\s*(by|由|:|：|志愿者|提供).*",
        r"请不吝点赞.*",
        r"(感谢|谢谢)(大家)?(您的)?(观看|收看).*",
        r"thank(s| you)( so much| very much)? for watching.*",
        r"(please )?(like and )?subscribe( to .*)?",
        r"subtitles by .*",
        r"ご視聴ありがとうございました",
        r"(cảm ơn các bạn đã theo dõi|hãy (đăng ký|subscribe) .*)",
    )
)
"""Sentences of television and video platforms, which Whisper's training data put under silence and music."""
_OUTER_MARKS = re.compile(r"^[\s\W]+|[\s\W]+$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a text's having been said."""

    vad: float
    """Mean speech probability of the utterance, 0–1."""
    log_probability: float
    """Mean over the text's tokens."""
    no_speech: float
    """Probability of the no-speech token, 0–1."""
    level_dbfs: float


def nothing_said(text: str, evidence: Evidence) -> bool:
    """Whether the text is to be dropped, on the recogniser's word or as an invented sentence."""
    if evidence.no_speech > SILENT_PROBABILITY and evidence.log_probability < UNLIKELY_LOG_PROBABILITY:
        return True
    return is_known_invention(text) and (
        evidence.vad < DOUBTFUL_VAD
        and evidence.log_probability < DOUBTFUL_LOG_PROBABILITY
        and evidence.level_dbfs < DOUBTFUL_DBFS
    )


def is_known_invention(text: str) -> bool:
    bare = _OUTER_MARKS.sub("", text)
    return any(pattern.fullmatch(bare) for pattern in _INVENTED)
