"""Reads an exported speech model back, so that training can go on where no checkpoint was kept.

The file is CTranslate2's binary version 6: little endian, one variable after another, int8 rows with scales.
"""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray

from demo_models.speech_export import exported_tensors
from demo_models.speech_model import SpeechModel

_VERSION = 6
_TYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
}


def load_weights(model: SpeechModel, folder: Path) -> None:
    """Fill `model` with what `speech_export.export` wrote to `folder`; the frame classifier stays as it is.

    Raises ValueError for another version of the format, or where a shape differs.
    """
    variables = read_variables(folder / "model.bin")
    with torch.no_grad():
        for name, tensor in exported_tensors(model).items():
            if name not in variables:
                continue  # an alias of another one
            weights = torch.from_numpy(_dequantised(variables, name))
            if weights.shape != tensor.shape:
                raise ValueError(f"{name} is {tuple(weights.shape)}, wanted {tuple(tensor.shape)}")
            tensor.copy_(weights)


def _dequantised(variables: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    weights = variables[name].astype(np.float32)
    scale = variables.get(f"{name}_scale")
    if scale is None:
        return weights
    by_row: NDArray[np.float32] = weights / scale.astype(np.float32).reshape(-1, *[1] * (weights.ndim - 1))
    return by_row


def read_variables(path: Path) -> dict[str, NDArray[np.generic]]:
    """Raises ValueError for another version of the format."""
    with path.open("rb") as file:
        version = _number(file, "I")
        if version != _VERSION:
            raise ValueError(f"{path} has version {version} of CTranslate2's format, wanted {_VERSION}")
        _text(file)
        _number(file, "I")
        return dict(_variable(file) for _ in range(_number(file, "I")))


def _variable(file: BinaryIO) -> tuple[str, NDArray[np.generic]]:
    name = _text(file)
    shape = [_number(file, "I") for _ in range(_number(file, "B"))]
    kind = _TYPES[_number(file, "B")]
    data = file.read(_number(file, "I"))
    return name, np.frombuffer(data, kind).reshape(shape)


def _number(file: BinaryIO, kind: str) -> int:
    layout = struct.Struct(f"<{kind}")
    return int(layout.unpack(file.read(layout.size))[0])


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "H")).rstrip(b"\0").decode()
