"""What can be wrong with models; each text says what to do about it.

ModelError (transcription.errors)
├── ModelMissing      model_missing     no such directory, or no model in it
├── ModelDamaged      model_damaged     files are missing, cut short or not what they should be
├── UnknownModel      model_unknown     a name that `pull`, `add` or `use` does not know
├── HubUnreachable    hub_unreachable   no way out to the place that models are fetched from
└── NoSpace           no_space          the disk is too small for what was to be fetched
"""

from __future__ import annotations

from transcription.errors import ModelError


class ModelMissing(ModelError):
    code = "model_missing"


class ModelDamaged(ModelError):
    code = "model_damaged"


class UnknownModel(ModelError):
    code = "model_unknown"


class HubUnreachable(ModelError):
    code = "hub_unreachable"


class NoSpace(ModelError):
    code = "no_space"
