"""What the tests of the sites and of the API share."""

from pathlib import Path

import pytest

from supervision.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As shipped, but files stay in the test's own folder, and few entities may hide each other."""

    class Here(Settings):
        @property
        def data_folder(self) -> Path:
            return tmp_path / "var"

    return Here(_env_file=None, min_anonymity=1)  # type: ignore[call-arg]
