"""A sentence splitter for Argos packages: MiniSBD's ONNX form, with rules where it has a trained network.

A package without a splitter makes Argos download one at its first use. The graph marks the end of a sentence
after . ? ! before a space or the end of the text, and after 。 ？ ！ anywhere.
"""

import json

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

PADDING, UNKNOWN, STOP, SPACE, CJK_STOP = range(5)
UNITS = {
    "<PAD>": PADDING, "<UNK>": UNKNOWN,
    ".": STOP, "?": STOP, "!": STOP, " ": SPACE, "。": CJK_STOP, "？": CJK_STOP, "！": CJK_STOP,
}  # fmt: skip

INSIDE, SENTENCE_END, CLASSES = 0, 2, 5
"""MiniSBD's classes of a character that matter here, and how many classes there are."""

OPSET, IR_VERSION = 13, 8


def sentence_rules() -> bytes:
    """The serialised ONNX model: units int64[B, N] (and features, ignored) to scores float32[B, N, 5]."""
    graph = helper.make_graph(
        _nodes(),
        "rules",
        [
            helper.make_tensor_value_info("units", TensorProto.INT64, ["B", "N"]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["B", "N", "F"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["B", "N", CLASSES])],
        _constants(),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    vocabulary = {
        "lang": "",
        "idx": 0,
        "cutoff": 0,
        "lower": False,
        "_unit2id": UNITS,
        "_id2unit": ["<PAD>", "<UNK>", ".", " ", "。"],
    }
    properties = {
        "lang_code": "xx",
        "config": json.dumps({"batch_size": 32, "max_seqlen": 1000, "feat_funcs": []}),
        "vocab": json.dumps(vocabulary),
        "lexicon": "null",
    }
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model)
    serialized: bytes = model.SerializeToString()
    return serialized


def _constants() -> list[onnx.TensorProto]:
    numbers = {
        "padding": PADDING,
        "stop": STOP,
        "space": SPACE,
        "cjk_stop": CJK_STOP,
        "from_second": [1],
        "to_end": [2**31],
        "along_text": [1],
        "one_after": [0, 0, 0, 1],
        "sentence_end": SENTENCE_END,
        "classes": CLASSES,
    }
    tensors = [
        numpy_helper.from_array(numpy.array(value, numpy.int64), name) for name, value in numbers.items()
    ]
    return [*tensors, numpy_helper.from_array(numpy.array([0, 1], numpy.float32), "off_on")]


def _nodes() -> list[onnx.NodeProto]:
    def node(operator: str, inputs: str, output: str, **attributes: int) -> onnx.NodeProto:
        return helper.make_node(operator, inputs.split(), [output], **attributes)

    return [
        node("Slice", "units from_second to_end along_text", "shifted"),
        node("Pad", "shifted one_after padding", "next"),
        node("Equal", "units stop", "is_stop"),
        node("Equal", "next space", "before_space"),
        node("Equal", "next padding", "before_end"),
        node("Or", "before_space before_end", "before_gap"),
        node("And", "is_stop before_gap", "ends_latin"),
        node("Equal", "units cjk_stop", "ends_cjk"),
        node("Or", "ends_latin ends_cjk", "ends"),
        node("Cast", "ends", "ends_number", to=TensorProto.INT64),
        node("Mul", "ends_number sentence_end", "class"),
        node("OneHot", "class classes off_on", "scores", axis=-1),
    ]
