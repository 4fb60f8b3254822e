"""Words that come from tables rather than from pages, in the reader's language."""

from functools import cache
from types import MappingProxyType

from supervision.reference.results import result_codes


@cache
def result_names(lang: str) -> MappingProxyType[str, str]:
    """抽查结果: code ``1``–``8`` → its wording."""
    return MappingProxyType(
        {str(code): each.name_en if lang == "en" else each.name for code, each in result_codes().items()}
    )


@cache
def follow_ups(lang: str) -> MappingProxyType[str, str]:
    """后续处置: code ``1``–``8`` → what follows from it."""
    return MappingProxyType(
        {
            str(code): each.follow_up_en if lang == "en" else each.follow_up
            for code, each in result_codes().items()
        }
    )
