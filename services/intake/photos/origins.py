"""Where a picture lies that somebody else has. Pure.

Read by the same library that asks for it: an address that two of them read differently could name another place than was looked at.
"""

import httpx


def origin_of(address: str) -> str | None:
    """Scheme, host and port, as they are asked for; None for what has none, or names somebody to sign in as."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        return None
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace').lower()}"
