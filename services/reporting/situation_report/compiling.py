"""From content to pages, by Typst, with the fonts that it carries itself: no font of the machine's is needed."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

TEMPLATE: Final = Path(__file__).with_name("template.typ")
TIMEOUT_S: Final = 60.0


class CompilationError(Exception):
    """Typst refused; the message is its own."""


async def compile_pdf(content: Any) -> bytes:
    """The same content gives the same bytes. A process of its own: off the event loop, its memory gone afterwards."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        pdf, complaint = await asyncio.wait_for(child.communicate(orjson.dumps(content)), TIMEOUT_S)
    except (TimeoutError, asyncio.CancelledError):
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        raise CompilationError(complaint.decode(errors="replace")[-2000:])
    return pdf


def compile_here(content: bytes) -> bytes:
    """As `compile_pdf`, in this process. `content` is JSON."""
    import typst

    compiler = typst.Compiler(root=str(TEMPLATE.parent), ignore_system_fonts=True)
    pdf = compiler.compile(
        input=str(TEMPLATE),
        format="pdf",
        sys_inputs={"content": content.decode()},
        timestamp=_frozen_at(content),
    )
    if not isinstance(pdf, bytes):
        raise CompilationError("no single document came out")
    return pdf


def _frozen_at(content: bytes) -> int:
    """The document's date is the edition's, whenever it is compiled. Seconds since 1970."""
    frozen_at: str = orjson.loads(content)["frozen_at"]
    return int(datetime.fromisoformat(frozen_at).timestamp())


if __name__ == "__main__":
    sys.stdout.buffer.write(compile_here(sys.stdin.buffer.read()))
