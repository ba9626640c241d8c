"""How a centre is served, where it differs from one installation to the next."""

from dataclasses import dataclass

from sync.protocol.app_versions import Version


@dataclass(frozen=True, slots=True)
class Manner:
    is_behind_tls: bool = False  # a proxy in front speaks TLS: browsers may be told never to come without
    contact: str | None = None  # whom to tell of a weakness; None: nobody is named
    least_app: Version | None = None  # an older app is asked to be updated, and sends nothing; None: any may


PLAIN = Manner()
