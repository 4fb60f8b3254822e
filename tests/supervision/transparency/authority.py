"""A time-stamping authority of one's own: openssl's, behind a small server on this machine."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = tsa1
[tsa1]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """CA and authority in a folder: ``roots`` is what one has to trust."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.roots = folder, folder / "ca.pem"
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        (folder / "ext.cnf").write_text(
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        )
        new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        self._run(f"req -x509 {new} -keyout ca.key -out ca.pem -days 3650 -subj /CN=Test-Root")
        self._run(f"req -new {new} -keyout tsa.key -out tsa.csr -subj /CN=Test-TSA")
        self._run(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -days 3650 -extfile ext.cnf"
        )

    def answer(self, request: bytes) -> bytes:
        """The answer to a request."""
        (self.folder / "asked.tsq").write_bytes(request)
        self._run("ts -reply -config tsa.cnf -queryfile asked.tsq -out answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()

    def vouches(self, data: bytes, token: bytes) -> bool:
        """Whether openssl's own command accepts a stamp."""
        (self.folder / "data").write_bytes(data)
        (self.folder / "token.tsr").write_bytes(token)
        command = ["openssl", "ts", "-verify", "-data", "data", "-in", "token.tsr", "-CAfile", "ca.pem"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False).returncode == 0

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address at which it answers."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                body = authority.answer(asked)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _run(self, command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True)
