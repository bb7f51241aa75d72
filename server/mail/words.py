"""What a mail says, in the languages of the pages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Kind = Literal["invitation", "change", "cancellation"]


@dataclass(frozen=True, slots=True)
class Words:
    invitation: str
    """Subject; `{event}` likewise below."""
    change: str
    cancellation: str
    dear: str
    says_invitation: str
    says_change: str
    says_cancellation: str
    own_page: str
    page_does: str
    called_off: str
    times: str
    keep: str
    weekdays: tuple[str, str, str, str, str, str, str]


WORDS: dict[str, Words] = {
    "ko": Words(
        "[{event}] 화상 상담 안내", "[{event}] 상담 일정 변경", "[{event}] 상담 취소", "{name} 님께",
        "아래 일정의 화상 상담에 초대합니다.", "상담 일정이 바뀌었습니다. 지금 일정은 아래와 같습니다.", "예정된 상담이 취소되었습니다.",
        "내 상담 페이지", "이 페이지에서 상담에 입장하고, 카메라와 소리를 미리 시험하고, 일정을 캘린더에 넣을 수 있습니다. 설치나 가입은 필요 없습니다.",
        "취소됨", "시각은 {zone} 기준입니다.", "이 링크는 본인 전용이니 다른 사람에게 전달하지 마세요.",
        ("월", "화", "수", "목", "금", "토", "일"),
    ),
    "en": Words(
        "[{event}] Your video consultations", "[{event}] Your consultations have changed", "[{event}] Consultation called off", "Dear {name}",
        "You are invited to the video consultations below.", "Your consultations have changed. This is how they are planned now.", "The consultations below have been called off.",
        "Your own page", "There you enter, try your camera and sound beforehand, and add the consultations to your calendar. Nothing to install, no account.",
        "called off", "Times are those of {zone}.", "This link is yours alone: please do not pass it on.",
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
    "zh": Words(
        "[{event}] 视频会谈邀请", "[{event}] 会谈日程有变", "[{event}] 会谈取消", "{name}：您好",
        "诚邀您参加以下视频会谈。", "您的会谈日程有变，最新安排如下。", "以下会谈已取消。",
        "您的专属页面", "您可以在此页面进入会谈、提前测试摄像头和声音，并将会谈加入日历。无需安装，也无需注册。",
        "已取消", "时间以 {zone} 为准。", "此链接仅供您本人使用，请勿转发。",
        ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    ),
    "vi": Words(
        "[{event}] Thư mời tư vấn trực tuyến", "[{event}] Lịch tư vấn thay đổi", "[{event}] Hủy buổi tư vấn", "Kính gửi {name}",
        "Trân trọng mời quý vị tham dự các buổi tư vấn trực tuyến dưới đây.", "Lịch tư vấn của quý vị đã thay đổi. Lịch hiện tại như sau.", "Các buổi tư vấn dưới đây đã bị hủy.",
        "Trang riêng của quý vị", "Tại đó quý vị vào phòng, thử camera và âm thanh trước, và thêm lịch vào ứng dụng lịch. Không cần cài đặt hay tạo tài khoản.",
        "đã hủy", "Giờ theo múi giờ {zone}.", "Liên kết này chỉ dành cho quý vị, xin đừng chuyển cho người khác.",
        ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    ),
    "ja": Words(
        "[{event}] オンライン商談のご案内", "[{event}] 商談日程の変更", "[{event}] 商談の中止", "{name} 様",
        "下記のオンライン商談にご招待いたします。", "商談の日程が変わりました。現在の日程は下記のとおりです。", "下記の商談は中止になりました。",
        "専用ページ", "このページから入室し、カメラと音声を事前に試し、予定をカレンダーに追加できます。インストールも登録も不要です。",
        "中止", "時刻は {zone} のものです。", "このリンクはご本人専用です。ほかの方に転送しないでください。",
        ("月", "火", "水", "木", "金", "土", "日"),
    ),
    "ru": Words(
        "[{event}] Приглашение на видеоконсультации", "[{event}] Изменения в расписании консультаций", "[{event}] Консультация отменена", "Здравствуйте, {name}!",
        "Приглашаем вас на видеоконсультации.", "Расписание ваших консультаций изменилось. Сейчас оно такое:", "Эти консультации отменены.",
        "Ваша страница", "Там вы входите в комнату, заранее проверяете камеру и звук и добавляете консультации в календарь. Ничего не нужно устанавливать, учётная запись не нужна.",
        "отменена", "Время указано по поясу {zone}.", "Эта ссылка только для вас: пожалуйста, не передавайте её.",
        ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
    ),
}  # fmt: skip
assert all(getattr(words, field.name) for words in WORDS.values() for field in fields(words))


def spoken(tag: str) -> str:
    """The language of a mail for who reads `tag`: any Chinese is Chinese, and what is missing English."""
    language = "zh" if tag.lower().startswith("yue") else tag.split("-")[0].lower()
    return language if language in WORDS else "en"
