"""TOML to strict models, and mistakes to messages: file, key or line, what is wrong, what was perhaps meant.

A message never repeats a value, since the value may be a secret that was pasted in the wrong place.
"""

from __future__ import annotations

import difflib
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.lab.errors import LabError

Model = TypeVar("Model", bound=BaseModel)


class LabConfigError(LabError):
    """A lab config or a device file cannot be used. ``problems`` has a line for each mistake."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = tuple(problems)


class Strict(BaseModel):
    """A table whose keys are all known. Frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. Raises LabConfigError, for a mistake of syntax with its line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LabConfigError(path, [f"not valid TOML: {_without_values(str(error))}"]) from None
    except UnicodeDecodeError:
        raise LabConfigError(path, ["not a text file in UTF-8"]) from None
    except OSError as error:
        raise LabConfigError(path, [f"cannot be read: {error.strerror}"]) from None


def validate(model: type[Model], tables: Mapping[str, Any], path: Path) -> Model:
    """The model filled from ``tables``. Raises LabConfigError with every mistake."""
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise LabConfigError(path, mistakes_in(model, error)) from None


def mistakes_in(model: type[BaseModel], error: ValidationError) -> list[str]:
    """A line for each mistake in a table of ``model``."""
    return [_problem(model, one["type"], one["loc"], one["msg"]) for one in error.errors(include_input=False)]


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """``did you mean 'x'?``, or what there is."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known)) or 'nothing'}"


def _problem(model: type[BaseModel], kind: str, location: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in location) or "the file"
    if kind == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        return f"unknown key {key}; {did_you_mean(str(location[-1]), known)}"
    if kind == "missing":
        return f"{key} is missing"
    return f"{key}: {message.removeprefix('Value error, ')}"


def _fields_at(model: Any, location: Sequence[int | str]) -> list[str]:
    """The keys that the table at ``location`` may have."""
    for part in location:
        model = _step(model, part)
    model = _model_in(model)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _step(annotation: Any, part: int | str) -> Any:
    model = _model_in(annotation)
    if model is not None and part in model.model_fields:
        return model.model_fields[part].annotation
    arguments = typing.get_args(annotation)
    return arguments[-1] if arguments and model is None else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The one model in ``annotation``, also behind ``| None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        models = [_model_in(one) for one in typing.get_args(annotation)]
        return next((one for one in models if one is not None), None)
    return None


def _without_values(message: str) -> str:
    """A message of tomllib with nothing in it that stood in the file as a value."""
    text, at, position = message.rpartition(" (at ")
    return f"{text.partition(':')[0]}{at}{position}" if at else message
