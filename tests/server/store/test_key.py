import stat
from pathlib import Path

import pytest

from server.errors import DataDirUnusable, KeyFileDamaged
from server.store.key import SECRET_CHARS, load_key, new_key


def test_key_file_is_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "key"
    first = load_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == first


def test_secrets_depend_on_every_part_and_on_where_parts_end() -> None:
    key = new_key()
    secrets = {key.derive(*parts) for parts in (("link", "ab", 1), ("link", "a", "b1"), ("link", "ab", 2))}
    assert len(secrets) == 3
    assert all(len(secret) == SECRET_CHARS and secret.isalnum() and secret.islower() for secret in secrets)
    assert new_key().derive("link", "ab", 1) not in secrets


def test_a_key_is_not_shown_when_printed() -> None:
    key = new_key()
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


@pytest.mark.parametrize("content", [b"", b"00ff", b"zz" * 32, b"\xff" * 64])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyFileDamaged, match="backup"):
        load_key(tmp_path / "key")


def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataDirUnusable, match="key"):
        load_key(tmp_path / "missing" / "key")
