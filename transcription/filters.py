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

WORDLESS_VAD = 0.65
WORDLESS_LOG_PROBABILITY = -0.7
"""Somebody who hums or coughs half convinces the voice detector, and makes the decoder guess: of speech, even
in noise at 10 dB, hardly a text is below both (and those were wrong)."""

_INVENTED_BY_LANGUAGE = {
    "ko": (
        r"(mbc|kbs|sbs|ytn|jtbc)\s*뉴스.*(입니다|였습니다)",
        r"(지금까지|이상)\s*.*뉴스.*",
        r"(끝까지\s*)?(시청|청취)해\s*주셔서\s*(정말\s*)?감사합니다",
        r"(영상|시청)\s*봐\s*주셔서\s*감사합니다",
        r"구독(과|,)?\s*(좋아요|알림).*",
        r"다음\s*(영상|시간|주)에서?\s*(만나요|뵙겠습니다|뵈요|봬요)",
        r"(한글)?자막\s*(제공|제작|by).*",
        r"(감사|고맙습)(합)?니다",
    ),
    "zh": (
        r"(中文)?字幕\s*(by|由|:|：|志愿者|提供|製作|制作).*",
        r"(请|請)不吝(点赞|點贊|點讚).*",
        r"(感谢|感謝|谢谢|謝謝)(大家|您|各位)?的?(观看|收看|觀看|收聽|收听).*",
        r"(订阅|訂閱|关注|關注).{0,8}(频道|頻道)",
        r"(我们|我們)?下(期|集|次)(节目|節目|影片|视频)?(再见|再見|见|見)",
        r"明(镜|鏡)(需要您的支持|与点点栏目|與點點欄目).*",
        r"(谢谢|謝謝)",
    ),
    "en": (
        r"thank(s| you)( so much| very much)? for (watching|listening|your attention).*",
        r"(please )?(like|don't forget to like|like, share)?( and )?subscribe( to .*)?",
        r"(see you|i'll see you) (in the )?next (time|video|one).*",
        r"(subtitles|captions|transcribed|transcription) by .*",
        r"(thank you|thanks|you|bye|bye bye|okay)",
    ),
    "ja": (
        r"(ご視聴|ご清聴|最後までご視聴)(いただき)?(ありがとうございま(した|す)|有難う.*)",
        r"チャンネル登録.*",
        r"(また)?次(の|回の)?(動画|回)でお会いしましょう",
        r"字幕\s*(by|:|：|提供|制作).*",
        r"(どうも)?ありがとうございま(した|す)",
    ),
    "vi": (
        r"(cảm ơn|cám ơn) (các bạn|quý vị|mọi người)?\s*đã (theo dõi|xem|lắng nghe).*",
        r"(hãy |đừng quên )?(đăng ký|subscribe|like|nhấn chuông).*(kênh|channel|video).*",
        r"(hẹn|xin) gặp lại (các bạn|quý vị).*",
        r"(phụ đề|vietsub)\s*(bởi|by|:).*",
        r"(xin )?(cảm ơn|cám ơn)",
    ),
    "ru": (
        r"(спасибо|благодарю) за (просмотр|внимание|подписку).*",
        r"(не забудьте )?(подписывайтесь|подписаться|подпишитесь)( на .*)?",
        r"(субтитры|редактор субтитров|корректор)\b.*",
        r"продолжение следует",
        r"до (новых )?(встреч|свидания|следующего видео).*",
        r"спасибо",
    ),
}
"""What Whisper's training data, television and video platforms, put under silence, applause and music.

Some are what people do say, thanks above all: they are dropped only where nothing speaks for a speaker.
"""
_INVENTED = tuple(
    re.compile(pattern, re.IGNORECASE) for patterns in _INVENTED_BY_LANGUAGE.values() for pattern in patterns
)
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
    """Whether the text is to be dropped: on the recogniser's word, as a guess, or as an invented sentence."""
    if evidence.no_speech > SILENT_PROBABILITY and evidence.log_probability < UNLIKELY_LOG_PROBABILITY:
        return True
    if evidence.vad < WORDLESS_VAD and evidence.log_probability < WORDLESS_LOG_PROBABILITY:
        return True
    return is_known_invention(text) and (
        evidence.vad < DOUBTFUL_VAD
        and evidence.log_probability < DOUBTFUL_LOG_PROBABILITY
        and evidence.level_dbfs < DOUBTFUL_DBFS
    )


def is_known_invention(text: str) -> bool:
    bare = _OUTER_MARKS.sub("", text)
    return any(pattern.fullmatch(bare) for pattern in _INVENTED)
