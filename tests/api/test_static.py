import hashlib
import json
import re

from api.pages import STATIC, static_url

VENDOR = STATIC / "vendor"


def test_every_third_party_file_has_the_digest_its_build_recorded() -> None:
    recorded = json.loads((VENDOR / "digests.json").read_text())
    shipped = {path.name for path in VENDOR.iterdir()} - {"digests.json", "LICENSES.md"}
    assert shipped == set(recorded)
    for name, entry in recorded.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"], name


def test_every_third_party_package_stands_with_version_and_licence() -> None:
    licences = (VENDOR / "LICENSES.md").read_text()
    for entry in json.loads((VENDOR / "digests.json").read_text()).values():
        assert f"## {entry['package']} {entry['version']} (" in licences


def test_no_style_or_script_of_ours_fetches_from_outside() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("js/*.js"), *VENDOR.glob("*.css")]:
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import|from ['\"]https?:", path.read_text()), (
            path.name
        )


def test_an_address_changes_with_the_content_of_its_file() -> None:
    digest = hashlib.sha256((STATIC / "app.css").read_bytes()).hexdigest()
    assert static_url("app.css") == f"/static/app.css?v={digest[:12]}"
