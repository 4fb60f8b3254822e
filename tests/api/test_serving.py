"""Where the sites say they are."""

import pytest

from api.__main__ import served_at
from supervision.settings import Settings


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8201, "http://127.0.0.1:8201"),
        ("0.0.0.0", 8000, "http://127.0.0.1:8000"),
        ("10.2.3.4", 80, "http://10.2.3.4:80"),
        ("::1", 8000, "http://[::1]:8000"),
    ],
)
def test_commands_and_calendars_carry_the_port_that_is_served(host: str, port: int, address: str) -> None:
    choices = Settings(_env_file=None)  # type: ignore[call-arg]
    assert served_at(choices, host, port).public_address == address


def test_an_address_that_the_office_chose_is_kept() -> None:
    choices = Settings(_env_file=None, public_address="https://ssj.example.gov.cn")  # type: ignore[call-arg]
    assert served_at(choices, "0.0.0.0", 8201).public_address == "https://ssj.example.gov.cn"
