"""Plain YAML scalars: only what YAML 1.1 and YAML 1.2 read alike has a meaning here.

Sources: the type repository of YAML 1.1 (yaml.org/type) and the core schema of YAML 1.2.2 (10.3.2).
"""

import math
import re

Scalar = bool | int | float | str | None

_SAME_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_SAME_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_SAME_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?")
_SAME_HEX = re.compile(r"0x[0-9a-fA-F]+")

_WORDS_11 = re.compile(r"y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=")
_BOOLEAN_11 = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_12 = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_NUMBER_11 = re.compile(
    r"[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?[1-9][0-9_]*|[-+]?0x[0-9a-fA-F_]+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9_]+(?:[eE][-+][0-9]+)?"
)
_TIME_11 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)
_FIRST_OF_SPECIAL = frozenset("0123456789+-.~=<nNtTfFyYoO")
_DIGITS_MAX = 400  # no float and no useful integer is longer


class AmbiguousScalarError(ValueError):
    """A plain scalar that has no single meaning; `reading` is what YAML 1.2 would take it for."""

    def __init__(self, code: str, fix: str, reading: Scalar) -> None:
        super().__init__(code)
        self.code, self.fix, self.reading = code, fix, reading


def resolve(text: str) -> Scalar:
    """Give a plain scalar its value.

    Raises:
        AmbiguousScalarError: when YAML 1.1 and YAML 1.2 disagree, or the number is not finite.
    """
    if text and text[0] not in _FIRST_OF_SPECIAL:
        return text
    if text in _SAME_WORDS:
        return _SAME_WORDS[text]
    if len(text) <= _DIGITS_MAX:
        if _SAME_INT.fullmatch(text):
            return int(text)
        if _SAME_FLOAT.fullmatch(text):
            return _finite(text)
        if _SAME_HEX.fullmatch(text):
            return int(text, 16)
    if is_ambiguous(text):
        raise AmbiguousScalarError("ambiguous_scalar", _fix(text), _reading_12(text))
    if _NOT_FINITE.fullmatch(text):
        raise AmbiguousScalarError("not_finite", "", 0)
    return text


def is_ambiguous(text: str) -> bool:
    """Whether either version of YAML takes the text for something other than this text."""
    return any(pattern.fullmatch(text) for pattern in (_WORDS_11, _NUMBER_12, _NUMBER_11, _TIME_11))


def needs_quotes(text: str) -> bool:
    """Whether a string would be retyped by either version if it were written plain."""
    return text in _SAME_WORDS or bool(_NOT_FINITE.fullmatch(text)) or is_ambiguous(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise AmbiguousScalarError("not_finite", "", 0)
    return value


def _reading_12(text: str) -> Scalar:
    if not _NUMBER_12.fullmatch(text) or len(text) > _DIGITS_MAX:
        return text
    if text.startswith(("0o", "0x")):
        return int(text, 0)
    value = float(text)
    if not math.isfinite(value):
        return 0
    return int(text) if re.fullmatch(r"[-+]?[0-9]+", text) else value


def _fix(text: str) -> str:
    number = _reading_12(text)
    if text.lower() in _BOOLEAN_11:
        return f'write {_BOOLEAN_11[text.lower()]} for a boolean, or "{text}" for text'
    if not isinstance(number, float):
        return f'write "{text}" if it is text'
    exponent = re.sub(r"^([-+]?)\.", r"\g<1>0.", text)  # +.5 is +0.5
    exponent = re.sub(r"^([-+]?[0-9]+)(?=[eE])", r"\1.0", exponent)
    exponent = re.sub(r"([eE])(?=[0-9])", r"\1+", exponent)
    plain = format(number, "f").rstrip("0")
    plain += "0" if plain.endswith(".") else ""
    choices = f"{plain} or {exponent}" if float(plain) == number else exponent
    return f'write {choices} for a number, or "{text}" for text'
