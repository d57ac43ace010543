"""The built book as a web host serves it: compressed, and kept by browsers for ten minutes as by GitHub Pages."""

import functools
import gzip
import http.server
import threading
from contextlib import contextmanager
from pathlib import Path

COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".csv", ".ipynb", ".txt", ".xml")


@contextmanager
def served(folder):
    """The address of a folder on this machine, without a slash at its end."""
    handler = functools.partial(Compressed, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@functools.lru_cache(maxsize=None)
def compressed(path):
    """The bytes of a file as they are sent."""
    content = Path(path).read_bytes()
    return gzip.compress(content, 9, mtime=0) if path.endswith(COMPRESSED) else content


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Answers GET with `compressed` files."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802  (the name is the library's)
        path = self.translate_path(self.path)
        if not Path(path).is_file():
            self.send_error(404)
            return
        content = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if path.endswith(COMPRESSED):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Say nothing."""
