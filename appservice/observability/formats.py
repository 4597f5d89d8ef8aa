"""How log lines look: for people, and for machines."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from appservice.observability.redaction import Redaction

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {10: "\\n", 13: "\\r", 9: "\\t"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what was given as `extra` are keys of it."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redaction.text(record.getMessage()),
        }
        trace = _trace(self, record, self._redaction)
        further = {"exception": trace} if trace else {}
        return json.dumps({**_extra(record, self._redaction), **line, **further})


class ConsoleFormatter(logging.Formatter):
    """Time, level, logger, text, further fields as `key=value`; a traceback on lines below."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        message = self._redaction.text(record.getMessage())
        extra = _extra(record, self._redaction).items()
        words = [message, *(f"{key}={value}" for key, value in extra)]
        head = f"{_time(record):%Y-%m-%d %H:%M:%S} {record.levelname:<8} {record.name}: "
        # Nothing that is logged may forge a line of its own, or colour the terminal.
        line = head + "  ".join(words).translate(_VISIBLE)
        trace = _trace(self, record, self._redaction)
        return f"{line}\n{trace}" if trace else line


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _extra(record: logging.LogRecord, redaction: Redaction) -> dict[str, Any]:
    return {
        redaction.text(key): redaction.value(key, value)
        for key, value in vars(record).items()
        if key not in _STANDARD
    }


def _trace(formatter: logging.Formatter, record: logging.LogRecord, redaction: Redaction) -> str:
    parts = [
        formatter.formatException(record.exc_info) if record.exc_info else "",
        formatter.formatStack(record.stack_info) if record.stack_info else "",
    ]
    return redaction.text("\n".join(filter(None, parts)))
