"""The phrase book: fixed phrases and templates, in English, Korean and Chinese.

Chinese words are separated by spaces here (a piece is one word) and joined when written. `{slot}` takes
one value of `lexicon.SLOTS`; `[를] [는] [가] [로] [와]` is a Korean particle, whose form follows the sound
before it. One English sentence stands for one Korean and one Chinese sentence, because ko↔zh pivots
through English.
"""

FIXED: tuple[tuple[str, str, str], ...] = (
    ("Hello.", "안녕하세요.", "你好。"),
    ("Good morning.", "좋은 아침입니다.", "早上 好。"),
    ("Nice to meet you.", "만나서 반갑습니다.", "很 高兴 认识 您。"),
    ("Welcome.", "환영합니다.", "欢迎。"),
    ("Yes.", "네.", "是的。"),
    ("No.", "아니요.", "不是。"),
    ("Yes, that is correct.", "네, 맞습니다.", "是的， 没错。"),
    ("No, that is not correct.", "아니요, 그렇지 않습니다.", "不， 不是 这样。"),
    ("Yes, that is possible.", "네, 가능합니다.", "是的， 可以。"),
    ("No, that is not possible.", "아니요, 그것은 어렵습니다.", "不， 这个 不行。"),
    ("I understand.", "알겠습니다.", "我 明白 了。"),
    ("Thank you.", "감사합니다.", "谢谢。"),
    ("Thank you very much.", "대단히 감사합니다.", "非常 感谢。"),
    ("You are welcome.", "천만에요.", "不客气。"),
    ("I am sorry.", "죄송합니다.", "对不起。"),
    ("Please wait a moment.", "잠시만 기다려 주세요.", "请 稍等。"),
    ("Could you say that again?", "다시 한번 말씀해 주시겠습니까?", "您 能 再 说 一遍 吗？"),
    ("Could you speak more slowly?", "조금 더 천천히 말씀해 주시겠습니까?", "您 能 说 慢 一点 吗？"),
    ("Can you hear me?", "제 목소리가 들리십니까?", "您 能 听到 我 的 声音 吗？"),
    ("Yes, I can hear you well.", "네, 잘 들립니다.", "是的， 听 得 很 清楚。"),
    ("Do you have any questions?", "질문이 있으십니까?", "您 有 什么 问题 吗？"),
    ("We have no more questions.", "더 이상 질문이 없습니다.", "我们 没有 其他 问题 了。"),
    ("We agree to these terms.", "이 조건에 동의합니다.", "我们 同意 这些 条件。"),
    ("That is a little expensive.", "가격이 조금 비쌉니다.", "价格 有点 高。"),
    ("Let us start the meeting.", "회의를 시작하겠습니다.", "我们 开始 会议 吧。"),
    ("Let us continue the meeting.", "회의를 계속하겠습니다.", "我们 继续 开会 吧。"),
    ("Please tell us about your company.", "귀사를 소개해 주십시오.", "请 介绍 一下 贵公司。"),
    ("Please look at the screen.", "화면을 봐 주십시오.", "请 看 屏幕。"),
    ("I will share my screen.", "제 화면을 공유하겠습니다.", "我 来 共享 屏幕。"),
    ("We will think about it.", "검토해 보겠습니다.", "我们 会 考虑 的。"),
    ("We will contact you by email.", "이메일로 연락드리겠습니다.", "我们 会 用 邮件 联系 您。"),
    ("The samples are free of charge.", "샘플은 무료입니다.", "样品 是 免费 的。"),
    ("See you next time.", "다음에 뵙겠습니다.", "下次 再见。"),
    ("Goodbye.", "안녕히 계십시오.", "再见。"),
)

TEMPLATES: dict[str, tuple[str, str, str]] = {
    # Introductions
    "company": (
        "We are a company in {city}.",
        "저희는 {city}에 있는 회사입니다.",
        "我们 是 {city} 的 公司。",
    ),
    "maker": ("We make {product}.", "저희는 {product}[를] 만듭니다.", "我们 生产 {product}。"),
    "factory": ("Our factory is in {city}.", "저희 공장은 {city}에 있습니다.", "我们 的 工厂 在 {city}。"),
    "exports": (
        "We export {product} to {country}.",
        "저희는 {product}[를] {country}에 수출합니다.",
        "我们 向 {country} 出口 {product}。",
    ),
    "market": (
        "Our main market is {country}.",
        "저희의 주요 시장은 {country}입니다.",
        "我们 的 主要 市场 是 {country}。",
    ),
    "since": (
        "We have worked in this field for {years}.",
        "저희는 이 분야에서 {years} 동안 일했습니다.",
        "我们 在 这个 领域 做 了 {years}。",
    ),
    "employees": ("We have {employees}.", "저희 직원은 {employees}입니다.", "我们 有 {employees}。"),
    # Product
    "interest": (
        "We are interested in your {product}.",
        "저희는 귀사의 {product}에 관심이 있습니다.",
        "我们 对 贵公司 的 {product} 很 感兴趣。",
    ),
    "looking": (
        "We are looking for {product}.",
        "저희는 {product}[를] 찾고 있습니다.",
        "我们 正在 找 {product}。",
    ),
    "feature": (
        "What are the features of your {product}?",
        "귀사 {product}의 특징은 무엇입니까?",
        "贵公司 的 {product} 有 什么 特点？",
    ),
    "demand": (
        "How is the demand for {product} in {country}?",
        "{country}에서 {product}의 수요는 어떻습니까?",
        "{country} 对 {product} 的 需求 怎么样？",
    ),
    "catalog": (
        "Could you send us the catalog for {product}?",
        "{product} 카탈로그를 보내 주시겠습니까?",
        "您 能 发 给 我们 {product} 的 目录 吗？",
    ),
    # Quantity and minimum order
    "moq_ask": (
        "What is the minimum order quantity for {product}?",
        "{product}의 최소 주문 수량은 얼마입니까?",
        "{product} 的 最小 起订量 是 多少？",
    ),
    "moq": (
        "The minimum order quantity is {quantity}.",
        "최소 주문 수량은 {quantity}입니다.",
        "最小 起订量 是 {quantity}。",
    ),
    "moq_of": (
        "The minimum order quantity for {product} is {quantity}.",
        "{product}의 최소 주문 수량은 {quantity}입니다.",
        "{product} 的 最小 起订量 是 {quantity}。",
    ),
    "order": (
        "We would like to order {quantity} of {product}.",
        "저희는 {product} {quantity}[를] 주문하고 싶습니다.",
        "我们 想 订购 {quantity} {product}。",
    ),
    "first_order": (
        "Our first order is {quantity}.",
        "저희의 첫 주문은 {quantity}입니다.",
        "我们 的 首批 订单 是 {quantity}。",
    ),
    "supply": (
        "Can you supply {quantity} of {product}?",
        "{product} {quantity}[를] 공급할 수 있습니까?",
        "您 能 供应 {quantity} {product} 吗？",
    ),
    "capacity": (
        "We produce {quantity} every month.",
        "저희는 매달 {quantity}[를] 생산합니다.",
        "我们 每月 生产 {quantity}。",
    ),
    "stock": ("We have {quantity} in stock.", "재고가 {quantity} 있습니다.", "我们 有 {quantity} 库存。"),
    # Price
    "price_ask": (
        "What is the price of {product}?",
        "{product}의 가격은 얼마입니까?",
        "{product} 的 价格 是 多少？",
    ),
    "price": (
        "The price is {dollars} per {unit}.",
        "가격은 {unit}당 {dollars}입니다.",
        "价格 是 每 {unit} {dollars}。",
    ),
    "price_of": (
        "The price of {product} is {dollars} per {unit}.",
        "{product}의 가격은 {unit}당 {dollars}입니다.",
        "{product} 的 价格 是 每 {unit} {dollars}。",
    ),
    "total": ("The total is {amount}.", "총액은 {amount}입니다.", "总额 是 {amount}。"),
    "lower": (
        "Could you lower the price to {dollars}?",
        "가격을 {dollars}[로] 낮춰 주시겠습니까?",
        "您 能 把 价格 降到 {dollars} 吗？",
    ),
    "discount_ask": (
        "Could you give us a {discount} discount?",
        "{discount} 할인해 주시겠습니까?",
        "您 能 给 我们 {discount} 的 折扣 吗？",
    ),
    "discount": (
        "If you order {quantity}, we can give you a {discount} discount.",
        "{quantity}[를] 주문하시면 {discount} 할인해 드리겠습니다.",
        "如果 您 订购 {quantity}， 我们 可以 给 您 {discount} 的 折扣。",
    ),
    "valid": (
        "This price is valid for {days}.",
        "이 가격은 {days} 동안 유효합니다.",
        "这个 价格 {days} 内 有效。",
    ),
    "tariff": (
        "The tariff in {country} is {percent}.",
        "{country}의 관세는 {percent}입니다.",
        "{country} 的 关税 是 {percent}。",
    ),
    # Incoterms and shipping
    "terms_ask": (
        "What is the {incoterm} {port} price?",
        "{incoterm} {port} 가격은 얼마입니까?",
        "{incoterm} {port} 价格 是 多少？",
    ),
    "terms": (
        "The {incoterm} {port} price is {dollars} per {unit}.",
        "{incoterm} {port} 가격은 {unit}당 {dollars}입니다.",
        "{incoterm} {port} 价格 是 每 {unit} {dollars}。",
    ),
    "terms_basis": (
        "Our prices are on {incoterm} terms.",
        "저희 가격은 {incoterm} 조건입니다.",
        "我们 的 价格 是 {incoterm} 条件。",
    ),
    "ship_from": (
        "We can ship from {port} on {date}.",
        "{date}에 {port}에서 선적할 수 있습니다.",
        "我们 可以 在 {date} 从 {port} 装运。",
    ),
    "arrive": (
        "The goods will arrive in {port} in {month}.",
        "화물은 {month}에 {port}에 도착합니다.",
        "货物 将 在 {month} 到达 {port}。",
    ),
    # Lead time
    "lead_ask": (
        "How long is the lead time for {product}?",
        "{product}의 납기는 얼마나 걸립니까?",
        "{product} 的 交货期 是 多久？",
    ),
    "lead": ("The lead time is {days}.", "납기는 {days}입니다.", "交货期 是 {days}。"),
    "lead_of": (
        "The lead time for {quantity} is {weeks}.",
        "{quantity}의 납기는 {weeks}입니다.",
        "{quantity} 的 交货期 是 {weeks}。",
    ),
    "delivery": ("Delivery takes about {weeks}.", "배송은 약 {weeks} 걸립니다.", "运输 大约 需要 {weeks}。"),
    "deadline": (
        "We need the goods by {date}.",
        "저희는 {date}까지 물건이 필요합니다.",
        "我们 在 {date} 之前 需要 货物。",
    ),
    # Samples
    "sample_ask": (
        "Could you send us samples of {product}?",
        "{product} 샘플을 보내 주시겠습니까?",
        "您 能 给 我们 寄 {product} 的 样品 吗？",
    ),
    "sample_send": (
        "We will send the samples on {weekday}.",
        "{weekday}에 샘플을 보내겠습니다.",
        "我们 {weekday} 寄出 样品。",
    ),
    "sample_test": (
        "We will test the samples for {weeks}.",
        "저희는 {weeks} 동안 샘플을 시험하겠습니다.",
        "我们 会 用 {weeks} 测试 样品。",
    ),
    # Certificates and papers
    "paper_ask": ("Do you have the {paper}?", "{paper}[가] 있습니까?", "您 有 {paper} 吗？"),
    "paper": (
        "Yes, we have the {paper} for {product}.",
        "네, {product}의 {paper}[가] 있습니다.",
        "是的， 我们 有 {product} 的 {paper}。",
    ),
    "paper_send": (
        "Please send us the {paper} by {weekday}.",
        "{weekday}까지 {paper}[를] 보내 주세요.",
        "请 在 {weekday} 之前 发 给 我们 {paper}。",
    ),
    "paper_need": (
        "We need the {paper} before shipment.",
        "선적 전에 {paper}[가] 필요합니다.",
        "装运 前 我们 需要 {paper}。",
    ),
    # Payment
    "payment_ask": ("What are your payment terms?", "결제 조건은 어떻게 됩니까?", "付款 条件 是 什么？"),
    "deposit": (
        "We need a {percent} deposit.",
        "계약금 {percent}[가] 필요합니다.",
        "我们 需要 {percent} 的 定金。",
    ),
    "advance": (
        "We pay {percent} in advance and the rest after shipment.",
        "저희는 {percent}[를] 먼저 지불하고 나머지는 선적 후에 지불합니다.",
        "我们 预付 {percent}， 余款 在 装运 后 支付。",
    ),
    "due": ("Please pay within {days}.", "{days} 안에 지불해 주세요.", "请 在 {days} 之内 付款。"),
    # Packing
    "pallet": (
        "One pallet holds {boxes}.",
        "팔레트 하나에 {boxes}[가] 들어갑니다.",
        "一个 托盘 装 {boxes}。",
    ),
    "box": ("One box holds {bottles}.", "한 박스에 {bottles}[가] 들어갑니다.", "一箱 装 {bottles}。"),
    "packed": (
        "One container holds {quantity} of {product}.",
        "컨테이너 하나에 {product} {quantity}[가] 들어갑니다.",
        "一个 集装箱 装 {quantity} {product}。",
    ),
    # Mixing
    "dilute": (
        "Please dilute it {times} with water.",
        "물에 {times}로 희석해 주세요.",
        "请 用 水 稀释 {times}。",
    ),
    "dilute_of": (
        "Dilute the {liquid} {times} with water.",
        "{liquid}[를] 물에 {times}로 희석하십시오.",
        "请 把 {liquid} 用 水 稀释 {times}。",
    ),
    "stir": ("Please stir it for {hours}.", "{hours} 동안 저어 주세요.", "请 搅拌 {hours}。"),
    "stir_of": (
        "Stir the {liquid} for {hours}.",
        "{liquid}[를] {hours} 동안 저으십시오.",
        "请 把 {liquid} 搅拌 {hours}。",
    ),
    "mix": (
        "Mix the {liquid} with {percent} water.",
        "{liquid}에 물 {percent}[를] 섞으십시오.",
        "请 在 {liquid} 中 加入 {percent} 的 水。",
    ),
    "dry": ("It dries in {hours}.", "{hours} 안에 마릅니다.", "它 {hours} 内 就 会 干。"),
    "storage": (
        "Please store it below {degrees}.",
        "{degrees} 이하에서 보관해 주세요.",
        "请 在 {degrees} 以下 保存。",
    ),
    "shelf": ("The shelf life is {months}.", "유통 기한은 {months}입니다.", "保质期 是 {months}。"),
    # Closing
    "next": (
        "Let us meet again on {weekday} at {clock}.",
        "{weekday} {clock}에 다시 만납시다.",
        "我们 {weekday} {clock} 再 见面 吧。",
    ),
    "reply": (
        "We will reply by {weekday}.",
        "{weekday}까지 답변드리겠습니다.",
        "我们 会 在 {weekday} 之前 回复。",
    ),
    "contract": (
        "The contract will be signed in {month}.",
        "계약은 {month}에 체결합니다.",
        "合同 将 在 {month} 签订。",
    ),
    "visit": (
        "We would like to visit your factory in {month}.",
        "{month}에 귀사 공장을 방문하고 싶습니다.",
        "我们 想 在 {month} 参观 贵公司 的 工厂。",
    ),
}
