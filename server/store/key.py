"""The key file: 32 random bytes outside the database, from which every secret is derived.

The database holds hashes only, so a copy of it lets nobody in; the organiser can still be shown every link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from server.errors import DataDirUnusable, KeyFileDamaged

KEY_BYTES = 32
SECRET_CHARS = 26
"""130 bits in base32."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """Derives secrets; never printed."""

    secret: bytes

    def derive(self, *purpose: str | int) -> str:
        """A secret of 26 lower-case base32 characters, always the same for the same purpose."""
        return base64.b32encode(self.mac(*purpose))[:SECRET_CHARS].decode("ascii").lower()

    def mac(self, *purpose: str | int) -> bytes:
        """HMAC-SHA-256 over the parts, each with its length, so that no two lists of parts are alike."""
        parts = [str(part).encode() for part in purpose]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self.secret, message, "sha256")

    def fingerprint(self) -> str:
        """Names the key without giving it away."""
        return self.mac("fingerprint").hex()[:16]


def new_key() -> Key:
    return Key(secrets.token_bytes(KEY_BYTES))


def load_key(path: Path) -> Key:
    """The key in `path`, which is made (mode 0600) when there is none.

    Raises DataDirUnusable when the file cannot be read or written, KeyFileDamaged when it holds
    something else.
    """
    try:
        try:
            return _parse(path, path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return _create(path)
    except UnicodeDecodeError:
        raise KeyFileDamaged(f"{path} is not a key file; restore it from a backup") from None
    except OSError as error:
        raise DataDirUnusable(f"the key file {path} cannot be used: {error.strerror}") from None


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _parse(path: Path, text: str) -> Key:
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyFileDamaged(f"{path} is not a key file; restore it from a backup")
    return Key(secret)


def _create(path: Path) -> Key:
    key = new_key()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
