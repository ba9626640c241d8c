"""A centre behind TLS whose certificate is not one to be trusted: nothing is sent to it, and the phase says why."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.client.engine import Engine
from sync.client.phase import Cause, Phase
from sync.client.transport import HttpTransport
from tests.sync import proxy
from tests.sync.desks import StoreDesk
from tests.sync.making import Clock
from tests.sync.meetings import OURS, cause_of

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Who signs certificates here, and the only one the tablet of these tests trusts."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    own: x509.Certificate

    @staticmethod
    def founded(folder: Path) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        own = _certificate(key, key, issuer="Authority", name="Authority", begins=NOW - DAY, ends=NOW + DAY, signs=True)
        return Authority(folder, key, own)

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.own.public_bytes(Encoding.PEM).decode())

    def serving(
        self,
        *,
        host: str = "127.0.0.1",
        begins: datetime = NOW - DAY,
        ends: datetime = NOW + DAY,
        is_self_signed: bool = False,
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        signer, issuer = (key, "Centre") if is_self_signed else (self.key, "Authority")
        made = _certificate(key, signer, issuer=issuer, name="Centre", begins=begins, ends=ends, host=host)
        path = self.folder / "centre.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + made.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    issuer: str,
    name: str,
    begins: datetime,
    ends: datetime,
    host: str = "127.0.0.1",
    signs: bool = False,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=signs, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.founded(tmp_path)


def met(desk: StoreDesk, authority: Authority, tls: ssl.SSLContext) -> tuple[Phase, int]:
    """A round with a centre behind this certificate, and how many requests arrived there."""

    async def meeting() -> tuple[Phase, int]:
        async with proxy.standing(proxy.says(401, **OURS), tls=tls) as between:
            way = httpx.AsyncHTTPTransport(verify=authority.trusting())
            transport = HttpTransport(between.url, token=lambda: "a-token", clock=Clock(), through=way)
            try:
                engine = Engine(desk.outbox, transport, clock=Clock(), report=lambda _: None)
                return await engine.round(), len(between.requests)
            finally:
                await transport.close()

    return asyncio.run(meeting())


@pytest.mark.parametrize(
    "bad",
    [
        lambda authority: authority.serving(begins=NOW - 9 * DAY, ends=NOW - DAY),
        lambda authority: authority.serving(begins=NOW + DAY, ends=NOW + 9 * DAY),
        lambda authority: authority.serving(is_self_signed=True),
        lambda authority: authority.serving(host="127.0.0.2"),
    ],
    ids=["over", "not begun", "self-signed", "another's name"],
)
def test_c_21_s_t19_a_bad_certificate_is_named_and_nothing_is_sent(
    desk: StoreDesk, authority: Authority, bad: Callable[[Authority], ssl.SSLContext]
) -> None:
    desk.save(1, note="x")

    phase, requests = met(desk, authority, bad(authority))

    assert cause_of(phase) is Cause.BAD_CERTIFICATE
    assert (requests, desk.outbox.counts().waiting) == (0, 1)


def test_c_21_a_certificate_nobody_here_signed_is_not_trusted_by_default(desk: StoreDesk, authority: Authority) -> None:
    async def meeting() -> Phase:
        async with proxy.standing(proxy.says(401, **OURS), tls=authority.serving()) as between:
            transport = HttpTransport(between.url, token=lambda: "a-token", clock=Clock())
            try:
                return await Engine(desk.outbox, transport, clock=Clock(), report=lambda _: None).round()
            finally:
                await transport.close()

    assert cause_of(asyncio.run(meeting())) is Cause.BAD_CERTIFICATE


def test_c_21_a_good_certificate_lets_the_request_through(desk: StoreDesk, authority: Authority) -> None:
    phase, requests = met(desk, authority, authority.serving())

    assert (cause_of(phase), requests) == (Cause.DEVICE_UNKNOWN, 1)
