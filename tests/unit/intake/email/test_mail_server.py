"""What a mail server's answers ask for, spoken to over a real socket: with and without TLS, signed in or not."""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from services.intake.email.letters import Envelope, code_letter
from services.intake.email.settings import EmailSettings, require_links
from services.intake.email.smtp import Away, Later, MailServer, Never, Outcome, Sent
from tests.support.mail_server import PASSWORD, USER, MailBoxes, mail_server

NOW = dt.datetime(2026, 11, 23, 13, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = (folder / "certificate.pem", folder / "key.pem")
    kept[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return kept


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailBoxes]:
    with mail_server(tmp_path_factory.mktemp("mail")) as boxes:
        yield boxes


def settings(mail: MailBoxes, **more: object) -> EmailSettings:
    given = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "besked@exempel.se"}
    return EmailSettings.model_validate({**given, "timeout_s": 5, **more})


def letter(recipient: str = "kim@exempel.se") -> EmailMessage:
    link = "https://rapport.exempel.se/email/stop/" + "a" * 120
    envelope = Envelope(
        UUID(int=7),
        "sv",
        "1983",
        "besked@exempel.se",
        "",
        recipient,
        "https://rapport.exempel.se/follow",
        link,
        NOW,
    )
    return code_letter(envelope, "041207", NOW)


async def tried(settings: EmailSettings, recipient: str = "kim@exempel.se") -> Outcome:
    server = MailServer(settings, "rapport.exempel.se")
    outcome = await server.send(recipient, letter(recipient))
    await server.close()
    return outcome


@pytest.mark.parametrize("is_smtps", [False, True])
async def test_it_signs_in_over_tls_alone(
    certificate: tuple[Path, Path], tmp_path: Path, is_smtps: bool
) -> None:
    with mail_server(tmp_path, tls=certificate, is_smtps=is_smtps) as mail:
        security = "tls" if is_smtps else "starttls"
        known = {"security": security, "ssl_cafile": certificate[0], "username": USER}
        assert await tried(settings(mail, **known, password=PASSWORD)) == Sent()
        assert str(mail.letters[0]["X-Envelope"]) == f"besked@exempel.se kim@exempel.se {security}"
        wrong = await tried(settings(mail, **known, password="guess", timeout_s=1))
        assert isinstance(wrong, Away), "ours to mend, and no message is given up for it"
        stranger = await tried(settings(mail, security=security, username=USER, password=PASSWORD))
        assert isinstance(stranger, Away), "a certificate that nobody vouches for is not trusted"
        assert len(mail.letters) == 1


async def test_starttls_is_demanded_where_the_server_has_none(plain: MailBoxes) -> None:
    assert isinstance(await tried(settings(plain, security="starttls")), Away)


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ({"rcpt": "550 5.1.1 <kim@exempel.se> unknown"}, Never("550 5.1.1", is_address=True)),
        ({"rcpt": "550 no such user kim@exempel.se"}, Never("550", is_address=True)),
        ({"rcpt": "554 5.7.1 relaying denied"}, Never("554 5.7.1", is_address=False)),
        ({"rcpt": "451 4.7.1 come back"}, Later("451 4.7.1")),
        ({"data": "554 5.7.1 looks like spam"}, Never("554 5.7.1", is_address=False)),
        ({"data": "452 4.2.2 full"}, Later("452 4.2.2")),
        ({"mail": "550 5.7.1 not you"}, Away("SMTPSenderRefused 550 5.7.1")),
        ({"mail": "451 4.3.0 later"}, Away("SMTPSenderRefused 451 4.3.0")),
        ({"rcpt": "421 4.3.2 closing"}, Away("421 4.3.2")),
        ({}, Sent()),
    ],
)
async def test_each_answer_asks_for_something_and_no_address_is_repeated(
    plain: MailBoxes, rules: dict[str, str], outcome: Outcome
) -> None:
    plain.answer(**rules)
    assert await tried(settings(plain)) == outcome
    plain.answer()


async def test_nobody_there_is_away() -> None:
    away = await tried(EmailSettings(host="127.0.0.1", port=1, security="none", sender="a@exempel.se"))
    assert isinstance(away, Away)


async def test_an_address_with_swedish_letters_is_written_to(plain: MailBoxes) -> None:
    assert await tried(settings(plain), "åsa@exempel.se") == Sent()
    assert "åsa@exempel.se" in str(plain.letters[-1]["X-Envelope"])


async def test_one_connection_carries_several_and_is_made_anew_when_lost(plain: MailBoxes) -> None:
    server = MailServer(settings(plain), "rapport.exempel.se")
    assert [await server.send("kim@exempel.se", letter()) for _ in range(2)] == [Sent(), Sent()]
    plain.stop()
    assert isinstance(await server.send("kim@exempel.se", letter()), Away)
    plain.start()
    assert await server.send("kim@exempel.se", letter()) == Sent()
    await server.close()


async def test_links_in_headers_stay_whole_however_long(plain: MailBoxes) -> None:
    await tried(settings(plain))
    assert (
        b"\r\nList-Unsubscribe: <https://rapport.exempel.se/email/stop/" + b"a" * 120 + b">\r\n"
        in plain.raw[-1]
    )


def test_what_can_not_work_is_told_at_start() -> None:
    with pytest.raises(ValidationError, match="INTAKE_EMAIL_SENDER"):
        EmailSettings(host="mail.exempel.se")
    with pytest.raises(ValidationError, match="INTAKE_EMAIL_SECURITY"):
        EmailSettings(host="mail.exempel.se", sender="a@exempel.se", username="u", security="none")
    email = EmailSettings(host="mail.exempel.se", sender="a@exempel.se")
    for url in ("", "http://rapport.exempel.se", "rapport.exempel.se"):
        with pytest.raises(ValueError, match="INTAKE_PUBLIC_URL"):
            require_links(email, url)
    for url in (
        "https://rapport.exempel.se",
        "https://rapport.exempel.se:8443/x",
        "http://127.0.0.1:8101",
        "http://localhost",
    ):
        require_links(email, url)
    require_links(EmailSettings(), "")
