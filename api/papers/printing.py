"""证书的三种文件: the same certificate as data, as PDF and as a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.pages import STATIC, render_text, static_url
from api.papers.certificate import view_of
from api.papers.pdf import pdf
from supervision.draw.certifying import Paper

BESIDE = ("print.css", "mark.svg")
"""What the page needs beside it where it is written to a folder."""


@dataclass(frozen=True)
class Print:
    """印出的证书 in one language."""

    paper: Paper
    lang: str

    @cached_property
    def view(self) -> Mapping[str, Any]:
        return view_of(self.paper, self.lang)

    @property
    def json(self) -> bytes:
        """The canonical data whose SHA-256 stands on the sheet."""
        return self.paper.certificate.json

    @cached_property
    def pdf(self) -> bytes:
        return pdf("certificate", self.view)

    def html(self, address: Callable[[str], str] = static_url) -> str:
        """The page; ``address`` gives that of a file of ours."""
        context = {"view": self.view, "organisation": self.paper.organ, "static_url": address}
        return render_text("print/certificate.html", self.lang, context)

    def files(self) -> dict[str, bytes]:
        """Everything for a folder of its own, by name."""
        return {
            "certificate.json": self.json,
            "certificate.pdf": self.pdf,
            "certificate.html": self.html(lambda name: name).encode(),
            **{name: (STATIC / name).read_bytes() for name in BESIDE},
        }
