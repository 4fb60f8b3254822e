"""The prefix that an organ's region gives its accounts."""

import pytest

from supervision.people.rules import in_scope, scope_of


@pytest.mark.parametrize(
    ("region", "prefix"), [("360000", "36"), ("361100", "3611"), ("360681", "360681"), ("360730", "360730")]
)
def test_a_scope_ends_with_its_level(region: str, prefix: str) -> None:
    assert scope_of(region) == prefix


def test_a_county_whose_code_ends_in_nought_does_not_see_its_neighbour() -> None:
    assert not in_scope(scope_of("360730"), "360731")
