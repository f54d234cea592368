"""A mail server of a few commands, to be spoken to by the standard library's client over a real socket."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """`folders`: name as sent → number → message. `flags`: by number. `said`: every command."""

    folders: dict[str, dict[int, bytes]]
    capabilities: str = "IMAP4rev1 UIDPLUS"
    flags: dict[int, set[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def answer(self, tag: str, command: str) -> bytes:
        self.said.append(command)
        word, _, rest = command.partition(" ")
        lines, result = self._done(word.upper(), rest)
        return b"".join(lines) + f"{tag} {result}\r\n".encode()

    def _done(self, word: str, rest: str) -> tuple[list[bytes], str]:
        if word == "CAPABILITY":
            return [f"* CAPABILITY {self.capabilities}\r\n".encode()], "OK done"
        if word == "LOGIN":
            return [], "OK in" if rest.endswith('"secret"') else "NO [AUTHENTICATIONFAILED] wrong"
        if word == "SELECT":
            known = rest.strip('"') in self.folders
            return ([b"* 1 EXISTS\r\n"], "OK [READ-WRITE] open") if known else ([], "NO no such folder")
        if word == "LOGOUT":
            return [b"* BYE\r\n"], "OK bye"
        return self._uid(rest) if word == "UID" else ([], "BAD what")

    def _uid(self, rest: str) -> tuple[list[bytes], str]:
        word, _, more = rest.partition(" ")
        inbox = self.folders["INBOX"]
        if word == "SEARCH":
            unread = [number for number in inbox if "\\Seen" not in self.flags.get(number, set())]
            return [f"* SEARCH {' '.join(map(str, unread))}\r\n".encode()], "OK done"
        number = int(more.split()[0])
        if word == "FETCH":
            return [self._fetched(number, more)], "OK done"
        if word == "STORE":
            self.flags.setdefault(number, set()).update(re.findall(r"\\\w+", more))
        elif word in {"COPY", "MOVE"}:
            folder = more.partition(" ")[2].strip('"')
            if folder not in self.folders:
                return [], "NO [TRYCREATE] no such folder"
            self.folders[folder][number] = inbox[number]
            if word == "MOVE":
                del inbox[number]
        elif word == "EXPUNGE":
            del inbox[number]
        return [], "OK done"

    def _fetched(self, number: int, more: str) -> bytes:
        message = self.folders["INBOX"][number]
        if "RFC822.SIZE" in more:
            return f"* 1 FETCH (UID {number} RFC822.SIZE {len(message)})\r\n".encode()
        return f"* 1 FETCH (UID {number} BODY[] {{{len(message)}}}\r\n".encode() + message + b")\r\n"


@contextmanager
def served_mailbox(box: Mailbox) -> Iterator[int]:
    """The port."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode("utf-8").strip().partition(" ")
                self.wfile.write(box.answer(tag, command))
                if command.upper() == "LOGOUT":
                    return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
