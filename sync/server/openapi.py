"""The OpenAPI document of the server, written by hand: its operations are few and their bodies mostly binary."""

from __future__ import annotations

from typing import Any

from sync.wire.pages import CONTENT_TYPE


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_TEXT = {"type": "string"}
_BYTES = {"type": "string", "format": "byte"}
_PAGE = {CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}}
_FAULT = {
    "description": "Refused; nothing of the refused part was stored.",
    "headers": {
        "QMS-Moment": {"description": "The server's clock, milliseconds since 1970 UTC.", "schema": {"type": "integer"}},
        "Retry-After": {"description": "Seconds to wait, where waiting helps.", "schema": {"type": "integer"}},
    },
    "content": _json(_object(code={"type": "integer"}, detail=_TEXT)),
}
_ENROL = _object(code=_TEXT, replica=_TEXT, name=_TEXT, sign_key=_BYTES, wrap_key=_BYTES)
_ENROL["properties"] |= {"former": _BYTES, "proof": _BYTES}
_ENROLLED = _object(certificate=_BYTES, province_key=_BYTES, unit=_TEXT, letter=_TEXT, server=_TEXT, server_replica=_TEXT)
_UNITS = _object(units={"type": "array", "items": {"type": "object"}})
_METRICS = {"text/plain": {"schema": _TEXT}}

_EVER = ("500", "503", "507")
"""What any operation may answer: a fault of the program, too many callers, and a disk that is full or locked."""


def _operation(summary: str, answer: dict[str, Any], faults: tuple[str, ...], **more: Any) -> dict[str, Any]:
    good = {"description": "Done.", "content": answer}
    return {"summary": summary, "responses": {"200": good} | dict.fromkeys(sorted({*faults, *_EVER}), _FAULT)} | more


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": schema}


_RAW = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_COUNTS = _json({"type": "array", "items": {"type": "integer"}})
_WHOLE = {"type": "integer", "minimum": 0}
_AREA = _parameter("area", "path", {"enum": ["qms", "dossiers"]})
_CHUNK = [
    _AREA,
    _parameter("name", "path", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    _parameter("number", "path", _WHOLE),
    _parameter("at", "query", _WHOLE),
]
_BLOB_FAULTS = ("400", "401", "403", "408", "413", "429", "503")
_BLOB_STANDING = _operation(
    "How many bytes of each attachment are here, for the PC that asks; the body holds 32 bytes of each name.",
    _COUNTS,
    _BLOB_FAULTS,
    parameters=[_AREA],
    requestBody={"required": True, "content": _RAW},
    security=[{"device": []}],
)
_BLOB_PUT = _operation(
    "A piece of a chunk of a sealed attachment; the answer is how many bytes of the file are here now.",
    _COUNTS,
    (*_BLOB_FAULTS, "422", "507"),
    parameters=[*_CHUNK, _parameter("size", "query", _WHOLE)],
    requestBody={"required": True, "content": _RAW},
    security=[{"device": []}],
)
_BLOB_GET = _operation(
    "A part of a chunk of a sealed attachment.",
    _RAW,
    (*_BLOB_FAULTS, "404"),
    parameters=[*_CHUNK, _parameter("length", "query", _WHOLE)],
    security=[{"device": []}],
)

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "qms-server", "version": "1", "description": "The exchange of journals, see docs/sync.md."},
    "components": {
        "securitySchemes": {
            "device": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "QMS1, see sync/joining/access.py",
            }
        }
    },
    "paths": {
        "/sync": {
            "post": _operation(
                "One exchange of pages with an enrolled PC.",
                _PAGE,
                ("400", "401", "403", "408", "413", "429"),
                requestBody={"required": True, "content": _PAGE},
                security=[{"device": []}],
            )
        },
        "/snapshot": {
            "post": _operation(
                "The newest records of a scope for a new PC, or the rest of them after a cut.",
                _PAGE,
                ("400", "401", "403", "408", "413", "429", "503"),
                requestBody={"required": True, "content": _json(_object(scope=_TEXT, name=_TEXT, position={"type": "integer"}))},
                security=[{"device": []}],
            )
        },
        "/enrol": {
            "post": _operation(
                "A PC joins with a one-time code.",
                _json(_ENROLLED),
                ("400", "403", "408", "409", "410", "413", "429", "503"),
                requestBody={"required": True, "content": _json(_ENROL)},
            )
        },
        "/rejoin": {
            "post": _operation(
                "A PC that a rebuilt server has forgotten shows its certificate.",
                _json({"type": "object"}),
                ("400", "403", "408", "409", "413", "429", "503"),
                requestBody={"required": True, "content": _json(_object(certificate=_BYTES))},
            )
        },
        "/farewell": {
            "post": _operation(
                "A revoked PC hands over what it holds; the answer says what the server holds and brings no entry.",
                _PAGE,
                ("400", "401", "403", "408", "413", "429"),
                requestBody={"required": True, "content": _PAGE},
                security=[{"device": []}],
            )
        },
        "/release": {
            "post": _operation(
                "The province's signature that it revoked this PC and holds these leaves.",
                _json(_object(release=_BYTES)),
                ("400", "401", "403", "408", "413", "429", "503"),
                requestBody={"required": True, "content": _json(_object(leaves={"type": "array", "items": _TEXT}))},
                security=[{"device": []}],
            )
        },
        "/wiped": {
            "post": _operation(
                "A revoked PC's signed word that its data is gone.",
                _json({"type": "object"}),
                ("400", "401", "403", "408", "413", "429", "503"),
                requestBody={"required": True, "content": _json(_object(receipt=_BYTES))},
            )
        },
        "/blobs/{area}": {"post": _BLOB_STANDING},
        "/blobs/{area}/{name}/{number}": {"put": _BLOB_PUT, "get": _BLOB_GET},
        "/units": {"get": _operation("The register of units.", _json(_UNITS), ("503",))},
        "/health": {"get": _operation("Whether the server works.", _json(_object(status=_TEXT, server=_TEXT)), ("503",))},
        "/metrics": {"get": _operation("Counters, for a collector on the same machine.", _METRICS, ("401", "503"))},
        "/openapi.json": {"get": _operation("This document.", _json({"type": "object"}), ())},
    },
}
