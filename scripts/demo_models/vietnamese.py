"""The phrase book in Vietnamese: written only, for no demo voice says it and the demo recogniser hears none.

Rows stand under the English phrase or the name of the template that they translate, in the notation of
`phrasebook`. Numbers are written in digits with a point between the thousands, prices in đô la. The text is
NFC, in the register of a trade meeting: `quý vị` for the people, `quý công ty` for their company, `ạ` at
the end of a question.
"""

PHRASES = {
    "Hello.": "Xin chào.",
    "Good morning.": "Chào buổi sáng.",
    "Nice to meet you.": "Rất hân hạnh được gặp quý vị.",
    "Welcome.": "Chào mừng quý vị.",
    "Yes.": "Vâng.",
    "No.": "Không ạ.",
    "Yes, that is correct.": "Vâng, đúng vậy.",
    "No, that is not correct.": "Không, không phải như vậy.",
    "Yes, that is possible.": "Vâng, được ạ.",
    "No, that is not possible.": "Không, điều đó khó thực hiện ạ.",
    "I understand.": "Tôi hiểu rồi.",
    "Thank you.": "Xin cảm ơn.",
    "Thank you very much.": "Xin chân thành cảm ơn.",
    "You are welcome.": "Không có gì ạ.",
    "I am sorry.": "Tôi xin lỗi.",
    "Please wait a moment.": "Xin vui lòng đợi một chút.",
    "Could you say that again?": "Quý vị có thể nói lại một lần nữa được không ạ?",
    "Could you speak more slowly?": "Quý vị có thể nói chậm hơn một chút được không ạ?",
    "Can you hear me?": "Quý vị có nghe thấy tôi không ạ?",
    "Yes, I can hear you well.": "Vâng, tôi nghe rõ ạ.",
    "Do you have any questions?": "Quý vị có câu hỏi nào không ạ?",
    "We have no more questions.": "Chúng tôi không còn câu hỏi nào nữa.",
    "We agree to these terms.": "Chúng tôi đồng ý với các điều kiện này.",
    "That is a little expensive.": "Giá hơi cao một chút.",
    "Let us start the meeting.": "Chúng ta hãy bắt đầu cuộc họp.",
    "Let us continue the meeting.": "Chúng ta hãy tiếp tục cuộc họp.",
    "Please tell us about your company.": "Xin vui lòng giới thiệu về quý công ty.",
    "Please look at the screen.": "Xin quý vị nhìn lên màn hình.",
    "I will share my screen.": "Tôi sẽ chia sẻ màn hình.",
    "We will think about it.": "Chúng tôi sẽ xem xét.",
    "We will contact you by email.": "Chúng tôi sẽ liên hệ với quý vị qua email.",
    "The samples are free of charge.": "Hàng mẫu được cung cấp miễn phí.",
    "See you next time.": "Hẹn gặp lại quý vị lần sau.",
    "Goodbye.": "Xin tạm biệt.",
}

TEMPLATES = {
    "company": "Chúng tôi là một công ty ở {city}.",
    "maker": "Chúng tôi sản xuất {product}.",
    "factory": "Nhà máy của chúng tôi ở {city}.",
    "exports": "Chúng tôi xuất khẩu {product} sang {country}.",
    "market": "Thị trường chính của chúng tôi là {country}.",
    "since": "Chúng tôi đã hoạt động trong lĩnh vực này được {years}.",
    "employees": "Chúng tôi có {employees}.",
    "interest": "Chúng tôi quan tâm đến {product} của quý công ty.",
    "looking": "Chúng tôi đang tìm {product}.",
    "feature": "{product} của quý công ty có đặc điểm gì ạ?",
    "demand": "Nhu cầu về {product} ở {country} như thế nào ạ?",
    "catalog": "Quý công ty có thể gửi cho chúng tôi catalogue {product} được không ạ?",
    "moq_ask": "Số lượng đặt hàng tối thiểu của {product} là bao nhiêu ạ?",
    "moq": "Số lượng đặt hàng tối thiểu là {quantity}.",
    "moq_of": "Số lượng đặt hàng tối thiểu của {product} là {quantity}.",
    "order": "Chúng tôi muốn đặt {quantity} {product}.",
    "first_order": "Đơn hàng đầu tiên của chúng tôi là {quantity}.",
    "supply": "Quý công ty có thể cung cấp {quantity} {product} được không ạ?",
    "capacity": "Mỗi tháng chúng tôi sản xuất {quantity}.",
    "stock": "Chúng tôi có sẵn {quantity} trong kho.",
    "price_ask": "Giá của {product} là bao nhiêu ạ?",
    "price": "Giá là {dollars} mỗi {unit}.",
    "price_of": "Giá của {product} là {dollars} mỗi {unit}.",
    "total": "Tổng số tiền là {amount}.",
    "lower": "Quý công ty có thể giảm giá xuống {dollars} được không ạ?",
    "discount_ask": "Quý công ty có thể giảm giá {discount} cho chúng tôi được không ạ?",
    "discount": "Nếu quý công ty đặt {quantity}, chúng tôi có thể giảm giá {discount}.",
    "valid": "Giá này có hiệu lực trong {days}.",
    "tariff": "Thuế quan của {country} là {percent}.",
    "terms_ask": "Giá {incoterm} {port} là bao nhiêu ạ?",
    "terms": "Giá {incoterm} {port} là {dollars} mỗi {unit}.",
    "terms_basis": "Giá của chúng tôi theo điều kiện {incoterm}.",
    "ship_from": "Chúng tôi có thể xuất hàng từ {port} vào {date}.",
    "arrive": "Hàng sẽ đến {port} vào {month}.",
    "lead_ask": "Thời gian giao hàng của {product} là bao lâu ạ?",
    "lead": "Thời gian giao hàng là {days}.",
    "lead_of": "Thời gian giao hàng cho {quantity} là {weeks}.",
    "delivery": "Vận chuyển mất khoảng {weeks}.",
    "deadline": "Chúng tôi cần hàng chậm nhất vào {date}.",
    "sample_ask": "Quý công ty có thể gửi mẫu {product} cho chúng tôi được không ạ?",
    "sample_send": "Chúng tôi sẽ gửi hàng mẫu vào {weekday}.",
    "sample_test": "Chúng tôi sẽ thử nghiệm hàng mẫu trong {weeks}.",
    "paper_ask": "Quý công ty có {paper} không ạ?",
    "paper": "Vâng, chúng tôi có {paper} cho {product}.",
    "paper_send": "Xin vui lòng gửi cho chúng tôi {paper} chậm nhất vào {weekday}.",
    "paper_need": "Chúng tôi cần {paper} trước khi xuất hàng.",
    "payment_ask": "Điều kiện thanh toán như thế nào ạ?",
    "deposit": "Chúng tôi cần khoản đặt cọc {percent}.",
    "advance": "Chúng tôi thanh toán trước {percent} và thanh toán phần còn lại sau khi xuất hàng.",
    "due": "Xin vui lòng thanh toán trong vòng {days}.",
    "pallet": "Một pallet chứa được {boxes}.",
    "box": "Một thùng chứa được {bottles}.",
    "packed": "Một container chứa được {quantity} {product}.",
    "dilute": "Xin vui lòng pha loãng {times} với nước.",
    "dilute_of": "Hãy pha loãng {liquid} {times} với nước.",
    "stir": "Xin vui lòng khuấy trong {hours}.",
    "stir_of": "Hãy khuấy {liquid} trong {hours}.",
    "mix": "Hãy pha {liquid} với {percent} nước.",
    "dry": "Sản phẩm sẽ khô trong vòng {hours}.",
    "storage": "Xin vui lòng bảo quản dưới {degrees}.",
    "shelf": "Hạn sử dụng là {months}.",
    "next": "Chúng ta hãy gặp lại lúc {clock} {weekday}.",
    "reply": "Chúng tôi sẽ trả lời chậm nhất vào {weekday}.",
    "contract": "Hợp đồng sẽ được ký vào {month}.",
    "visit": "Chúng tôi muốn đến thăm nhà máy của quý công ty vào {month}.",
}

NAMES = {
    # What is sold, singular (a liquid) and plural (a product)
    "coating agent": "chất phủ",
    "coating agents": "chất phủ",
    "primer": "sơn lót",
    "primers": "sơn lót",
    "cleaner": "chất tẩy rửa",
    "cleaners": "chất tẩy rửa",
    "adhesive": "keo dán",
    "adhesives": "keo dán",
    "hardener": "chất đóng rắn",
    "hardeners": "chất đóng rắn",
    "anti-rust oil": "dầu chống gỉ",
    "rubber seals": "gioăng cao su",
    "aluminum parts": "linh kiện nhôm",
    "mask packs": "mặt nạ dưỡng da",
    "face cream": "kem dưỡng da mặt",
    "sunscreen": "kem chống nắng",
    "shampoo": "dầu gội",
    "red ginseng": "hồng sâm",
    "green tea": "trà xanh",
    "ceramic cups": "cốc sứ",
    # Places
    "Ulsan": "Ulsan",
    "Suwon": "Suwon",
    "Icheon": "Icheon",
    "Seoul": "Seoul",
    "Changchun": "Trường Xuân",
    "Nanjing": "Nam Kinh",
    "Beijing": "Bắc Kinh",
    "Los Angeles": "Los Angeles",
    "Busan": "Busan",
    "Incheon": "Incheon",
    "Shanghai": "Thượng Hải",
    "Qingdao": "Thanh Đảo",
    "Dalian": "Đại Liên",
    "Singapore": "Singapore",
    "China": "Trung Quốc",
    "Vietnam": "Việt Nam",
    "Japan": "Nhật Bản",
    "Germany": "Đức",
    "Thailand": "Thái Lan",
    "Canada": "Canada",
    # Papers
    "test report": "báo cáo thử nghiệm",
    "certificate of origin": "giấy chứng nhận xuất xứ",
    "safety data sheet": "bảng dữ liệu an toàn",
    "quality certificate": "giấy chứng nhận chất lượng",
    "organic certificate": "giấy chứng nhận hữu cơ",
    "halal certificate": "giấy chứng nhận Halal",
    "commercial invoice": "hóa đơn thương mại",
    "packing list": "phiếu đóng gói",
    "bill of lading": "vận đơn",
    # Days
    "Monday": "thứ Hai",
    "Tuesday": "thứ Ba",
    "Wednesday": "thứ Tư",
    "Thursday": "thứ Năm",
    "Friday": "thứ Sáu",
    # What is counted, plural
    "boxes": "thùng",
    "bottles": "chai",
    "sets": "bộ",
    "kilograms": "kg",
    "liters": "lít",
    "tons": "tấn",
    "employees": "nhân viên",
    "times": "lần",
    "hours": "giờ",
    "days": "ngày",
    "weeks": "tuần",
    "months": "tháng",
    "years": "năm",
    "degrees": "độ",
}
"""Words for slots, by the English of `lexicon`."""


def number(value: int) -> str:
    """In digits: 12500 → 12.500."""
    return f"{value:,}".replace(",", ".")


def count(value: int, english_unit: str) -> str:
    return f"{number(value)} {NAMES[english_unit]}"


def dollars(amount: int) -> str:
    return f"{number(amount)} đô la"


def month(value: int) -> str:
    return f"tháng {value}"


def date(day: int, of_month: int) -> str:
    return f"ngày {day} {month(of_month)}"


def clock(hour: int) -> str:
    """A whole hour of the 24-hour clock from morning to late afternoon, said on the 12-hour clock."""
    return f"{hour} giờ sáng" if hour < 12 else f"{hour - 12} giờ chiều"
