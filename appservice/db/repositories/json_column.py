"""Dataclasses in columns: written as JSON of their fields, read and checked by pydantic."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from appservice.db.columns import from_json, storable, to_json
from bot.errors import OperatorError

T = TypeVar("T")


class JsonColumn(Generic[T]):
    """One type: a dataclass, or a tuple of them."""

    def __init__(self, type_: Any, earlier: Callable[[Any], Any] = lambda fields: fields) -> None:
        """`earlier` turns what earlier versions wrote into what this version writes."""
        self._adapter: TypeAdapter[T] = TypeAdapter(type_)
        self._earlier = earlier

    def write(self, value: T) -> str:
        return to_json(value)

    def read(self, text: str) -> T:
        """Raises OperatorError for what is no such JSON, without a word of it: it may be what somebody wrote."""
        try:
            return self._adapter.validate_python(self._earlier(_storable(from_json(text))))
        except ValidationError as error:
            faults = error.errors(include_input=False, include_context=False, include_url=False)
            places = [".".join(map(str, each["loc"])) or "all of it" for each in faults]
            raise OperatorError(
                f"a JSON column of the database cannot be read: {', '.join(places)}"
            ) from None


def _storable(value: Any) -> Any:
    """Replace half surrogate pairs, because pydantic refuses them and rows may hold strangers' text."""
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return storable(value)
