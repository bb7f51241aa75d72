import json
import zipfile
from pathlib import Path

import pytest

from transcription.models.errors import ModelDamaged
from transcription.models.packages import package_paths, read_package, unpack


def archive(path: Path, metadata: object, top: str = "package") -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{top}/metadata.json", json.dumps(metadata))
        packed.writestr(f"{top}/model/model.bin", b"weights")
    return path


def test_archive_and_directory_read_the_same(tmp_path: Path) -> None:
    packed = archive(
        tmp_path / "a.argosmodel", {"from_code": "ko", "to_code": "zt", "package_version": "1.9"}
    )
    directory = unpack(packed, tmp_path / "argos")
    assert directory == tmp_path / "argos" / "package"
    for path in (packed, directory):
        package = read_package(path)
        assert package is not None
        assert (package.pair, package.version, package.path) == (("ko", "zh-Hant"), "1.9", path)
        assert package.size_bytes > 0
    assert list(package_paths(tmp_path)) == [packed, directory]


def test_unpacking_replaces_the_earlier_version(tmp_path: Path) -> None:
    (tmp_path / "argos" / "package").mkdir(parents=True)
    (tmp_path / "argos" / "package" / "leftover").touch()
    directory = unpack(archive(tmp_path / "a.argosmodel", {}), tmp_path / "argos")
    assert not (directory / "leftover").exists()


def test_other_kinds_of_package_are_left_out(tmp_path: Path) -> None:
    assert read_package(archive(tmp_path / "a.argosmodel", {"type": "sbd", "from_codes": ["ko"]})) is None


@pytest.mark.parametrize("metadata", [[], {}, {"from_code": "ko"}, {"from_code": 1, "to_code": "en"}, "ko"])
def test_wrong_metadata(tmp_path: Path, metadata: object) -> None:
    with pytest.raises(ModelDamaged, match="no Argos package"):
        read_package(archive(tmp_path / "a.argosmodel", metadata))


def test_file_cut_short(tmp_path: Path) -> None:
    whole = archive(tmp_path / "a.argosmodel", {"from_code": "ko", "to_code": "en"}).read_bytes()
    cut = tmp_path / "cut.argosmodel"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelDamaged, match=r"cut\.argosmodel"):
        read_package(cut)
    with pytest.raises(ModelDamaged, match=r"cut\.argosmodel"):
        unpack(cut, tmp_path / "argos")


def test_archive_that_climbs_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged):
        unpack(archive(tmp_path / "a.argosmodel", {}, top=".."), tmp_path / "inside")
    assert not (tmp_path / "metadata.json").exists()
