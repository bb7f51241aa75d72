from dataclasses import replace

import pytest

from transcription.filters import Evidence, is_known_invention, nothing_said

SPOKEN = Evidence(vad=0.95, log_probability=-0.1, no_speech=0.01, level_dbfs=-22)
SILENT = Evidence(vad=0.7, log_probability=-0.6, no_speech=0.4, level_dbfs=-60)

INVENTED = (
    "MBC 뉴스 이덕영입니다.",
    "시청해 주셔서 감사합니다.",
    "字幕by索兰娅",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "Thanks for watching!",
    "Thank you for watching.",
    "ご視聴ありがとうございました",
    "끝까지 시청해 주셔서 감사합니다.",
    "구독과 좋아요 부탁드립니다.",
    "감사합니다.",
    "谢谢大家的观看",
    "下期再见",
    "You",
    "Please subscribe to my channel.",
    "チャンネル登録をお願いします",
    "Hãy đăng ký kênh để không bỏ lỡ những video hấp dẫn",
    "Cảm ơn các bạn đã theo dõi và hẹn gặp lại.",
    "Субтитры сделал автор канала",
    "Продолжение следует...",
    "Спасибо за просмотр!",
)


@pytest.mark.parametrize("text", INVENTED)
def test_an_invented_sentence_on_silence_is_dropped(text: str) -> None:
    assert is_known_invention(text)
    assert nothing_said(text, SILENT)


@pytest.mark.parametrize("text", INVENTED)
def test_it_stays_when_somebody_spoke(text: str) -> None:
    assert not nothing_said(text, SPOKEN)


@pytest.mark.parametrize("field", ["vad", "log_probability", "level_dbfs"])
def test_all_three_have_to_agree(field: str) -> None:
    values = {name: getattr(SILENT, name) for name in ("vad", "log_probability", "no_speech", "level_dbfs")}
    values[field] = getattr(SPOKEN, field)
    assert not nothing_said("Thanks for watching!", Evidence(**values))


@pytest.mark.parametrize(
    "text",
    [
        "와 주셔서 감사합니다.",
        "Thank you very much.",
        "感谢您今天抽出时间。",
        "MBC와 계약했습니다",
        "谢谢，我们再看样品。",
        "本日はありがとうございましたが、価格が",
        "Cảm ơn anh, giá bao nhiêu?",
        "Спасибо, какая цена?",
        "자막이 잘 보입니다",
        "You are right.",
    ],
)
def test_what_people_say_is_no_known_invention(text: str) -> None:
    assert not is_known_invention(text)
    assert not nothing_said(text, SILENT)


def test_the_recognisers_own_word_for_silence_counts() -> None:
    assert nothing_said("anything", Evidence(0.9, log_probability=-1.2, no_speech=0.8, level_dbfs=-20))
    assert not nothing_said("anything", Evidence(0.9, log_probability=-0.3, no_speech=0.8, level_dbfs=-20))


def test_a_guess_at_what_is_hardly_a_voice_is_dropped() -> None:
    hum = Evidence(vad=0.5, log_probability=-1.0, no_speech=0.0, level_dbfs=-20)
    assert nothing_said("Delivery takes", hum)
    assert not nothing_said("Delivery takes", replace(hum, vad=0.8))
    assert not nothing_said("Delivery takes", replace(hum, log_probability=-0.4))
