"""Quantities as the tables of cases write them."""

from fractions import Fraction

from transcription.numbers import Kind, Quantity, Reading


def number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    short = f"{float(value):g}"
    return short if Fraction(short) == value else str(value)


def notation(reading: Reading) -> str:
    value = number(reading.value)
    match reading.kind:
        case Kind.COUNT:
            return f"{value}x"
        case Kind.PERCENT:
            return f"{value}%"
        case Kind.MEASURE | Kind.CURRENCY:
            return f"{value} {reading.unit}"
        case Kind.DATE:
            return {"year": "y", "month": "m", "mday": "d"}[reading.unit] + value
        case Kind.TIME:
            clock = f"{int(reading.value) // 60}:{int(reading.value) % 60:02}"
            return clock if reading.unit == "24h" else f"~{clock}"
        case Kind.ORDINAL:
            return f"#{value}"
        case Kind.RATIO:
            return f"{reading.value.numerator}:{reading.value.denominator}"
        case Kind.CODE:
            return f"={reading.unit}"
        case Kind.INCOTERM:
            return reading.unit
    return value


def notations(quantities: tuple[Quantity, ...]) -> str:
    return "; ".join(notation(quantity.readings[0]) for quantity in quantities) or "-"
