"""Whether a form was sent from our own page. It has no cookies to protect; this keeps other sites from reporting in
a visitor's name.
"""

from urllib.parse import urlsplit


def is_own_page(fetch_site: str | None, origin: str | None, host: str, public_url: str) -> bool:
    """`fetch_site` and `origin` are the browser's own headers, which no page can forge; old browsers send neither."""
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    if origin is None:
        return True
    try:
        sender = urlsplit(origin).netloc
        return bool(sender) and sender in {host, urlsplit(public_url).netloc}
    except ValueError:
        return False
