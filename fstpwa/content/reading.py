"""Reads content files: strict YAML, then a strict model, with every problem collected."""

from collections.abc import Hashable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from fstpwa.domain.errors import BrokenContent

Text = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=60)]

WHOLE_FILE = "(file)"
"""Stands for the field where a problem concerns the whole file."""


class FileModel(BaseModel):
    """Base of all file models: no unknown key, no conversion, no change afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Model = TypeVar("Model", bound=FileModel)


class _DuplicateKey(yaml.YAMLError):
    """A mapping has the same key twice; YAML would silently keep the last."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key = key
        self.line = line


class _StrictLoader(yaml.CSafeLoader):
    """The C loader, but the same key twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  # PyYAML's signature
        """Build the mapping of `node`. Raises _DuplicateKey."""
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise _DuplicateKey(str(key.value), key.start_mark.line + 1)
                seen.add(key.value)
        return mapping


def frozen(value: Any) -> Any:
    """Return `value` with lists made tuples and dicts made read-only, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(frozen(inner) for inner in value)
    return value


class Reader:
    """Reads the files of one content folder and keeps every problem it meets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[BrokenContent] = []

    def one(self, name: str, model: type[Model]) -> Model | None:
        """Read the file called `name` (relative to the folder); None if it is broken."""
        try:
            return model.model_validate(self._yaml(name))
        except BrokenContent as problem:
            self.problems.append(problem)
        except ValidationError as errors:
            for error in errors.errors(include_url=False, include_context=False):
                self.problems.append(BrokenContent(name, _field(error), _reason(error)))
        return None

    def each(self, below: str, model: type[Model], key: str) -> dict[str, Model]:
        """Read all files of the folder `below`; the field `key` must equal the file's name."""
        found: dict[str, Model] = {}
        for path in sorted((self.folder / below).glob("*")):
            name = f"{below}/{path.name}"
            if path.name.startswith("."):
                continue
            if path.suffix != ".yaml":
                self.problems.append(
                    BrokenContent(name, WHOLE_FILE, "only .yaml files belong here")
                )
                continue
            item = self.one(name, model)
            if item is None:
                continue
            identity = getattr(item, key)
            if identity != path.stem:
                reason = f"is {identity!r}, but the file is called {path.stem!r}"
                self.problems.append(BrokenContent(name, key, reason))
            found[path.stem] = item
        return found

    def _yaml(self, name: str) -> Any:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
            return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a safe loader
        except FileNotFoundError:
            raise BrokenContent(name, WHOLE_FILE, "is missing") from None
        except UnicodeDecodeError:
            raise BrokenContent(name, WHOLE_FILE, "is not UTF-8 text") from None
        except _DuplicateKey as problem:
            raise BrokenContent(
                name, problem.key, f"is there twice (line {problem.line})"
            ) from None
        except yaml.YAMLError as problem:
            reason = " ".join(str(problem).split())
            raise BrokenContent(name, WHOLE_FILE, f"is not YAML: {reason}") from None


def _field(error: Any) -> str:
    # Parts such as "list[str]" or "[key]" name pydantic's own steps, not a field.
    parts = [str(part) for part in error["loc"] if "[" not in str(part)]
    return ".".join(parts) or WHOLE_FILE


def _reason(error: Any) -> str:
    message = str(error["msg"])
    reason = {"extra_forbidden": "is not a known field", "missing": "is missing"}.get(error["type"])
    if reason:
        return reason
    return f"{message[0].lower()}{message[1:]}, not {str(error['input'])[:60]!r}"
