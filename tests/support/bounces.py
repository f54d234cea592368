"""What a mail server sends back when it could not deliver a message (RFC 3464)."""

from email.message import EmailMessage

ADDRESS = "zyxvut@exempel.se"


def bounce(returned: bytes, status: str = "5.1.1", action: str = "failed", *, whole: bool = True) -> bytes:
    """`returned`: the message that came back; `whole` False: its head alone is sent along."""
    boundary = "=_bounce"
    head, _, _ = returned.replace(b"\r\n", b"\n").partition(b"\n\n")
    kind = b"message/rfc822" if whole else b"text/rfc822-headers"
    return b"\n".join(
        [
            b"Return-Path: <>",
            b"From: MAILER-DAEMON@mail.exempel.se (Mail Delivery System)",
            b"To: besked@koping.exempel.se",
            b"Subject: Undelivered Mail Returned to Sender",
            b"MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"'.encode(),
            b"",
            f"--{boundary}".encode(),
            b"Content-Type: text/plain; charset=utf-8",
            b"",
            f"<{ADDRESS}>: host mail.exempel.se said: 550 {status}".encode(),
            f"--{boundary}".encode(),
            b"Content-Type: message/delivery-status",
            b"",
            b"Reporting-MTA: dns; mail.exempel.se",
            b"Arrival-Date: Mon, 23 Nov 2026 14:05:00 +0100 (CET)",
            b"",
            f"Final-Recipient: rfc822; {ADDRESS}".encode(),
            f"Action: {action}".encode(),
            f"Status: {status}".encode(),
            f"Diagnostic-Code: smtp; 550 {status} <{ADDRESS}> unknown".encode(),
            b"",
            f"--{boundary}".encode(),
            b"Content-Type: " + kind,
            b"",
            returned.replace(b"\r\n", b"\n") if whole else head + b"\n",
            f"--{boundary}--".encode(),
            b"",
        ]
    )


def plain_letter(message_id: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = "besked@koping.exempel.se", ADDRESS
    letter["Message-ID"] = message_id
    letter.set_content("Det finns nytt om din rapport.")
    return letter.as_bytes()
