"""Files that create a file when something that loads models, indexes or archives believes them."""

from __future__ import annotations

import io
import json
import os
import struct
import tarfile
import zipfile
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ragcite.backends.faiss_codec import FaissCodec
from ragcite.storage.base import META_KEY, BaseRecord, dump_record
from ragcite.storage.connection import DATABASE, connect_writer
from ragcite.storage.facts import seal, set_fact

CODE = "open({path!r}, 'w').close()\n"
TEMPLATES = {
    "chat template: globals of a function": "{{{{ cycler.__init__.__globals__['__builtins__'].open('{path}', 'w') }}}}",
    "chat template: attributes by filter": (
        "{{{{ (cycler|attr('__init__')|attr('__globals__'))['__builtins__'].open('{path}', 'w') }}}}"
    ),
    "chat template: subclasses of object": (
        "{{% for c in ''.__class__.__base__.__subclasses__() %}}"
        "{{% if c.__name__ == 'catch_warnings' %}}{{{{ c()._module.__builtins__['open']('{path}', 'w') }}}}"
        "{{% endif %}}{{% endfor %}}"
    ),
    "chat template: format kept in a variable": (
        "{{% set f = '{{0.__globals__}}'.format %}}{{{{ f(raise_exception) }}}}{{{{ messages[0].content }}}}"
    ),
}
GGUF_STRING, GGUF_ARRAY = 8, 9


def pickled(path: Path) -> bytes:
    """A pickle, written by hand, that opens `path` for writing."""
    return b"cbuiltins\nopen\n(V%s\nVw\ntR." % os.fsencode(path)


def object_array(path: Path) -> bytes:
    """A .npy file of one object, whose data are a pickle."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + pickled(path)


def yaml_call(path: Path) -> str:
    return f"!!python/object/apply:builtins.open ['{path}', 'w']\n"


def template(name: str, path: Path) -> str:
    return TEMPLATES[name].format(path=path)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def safetensors(kind: str) -> bytes:
    """A header that lies: longer than the file, tensors outside it, a shape whose product overflows, deep nesting."""
    if kind == "header length":
        return struct.pack("<Q", 2**64 - 1) + b"{}"
    entry: dict[str, Any] = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
    changed: dict[str, dict[str, Any]] = {
        "offsets": {"data_offsets": [2**62, 2**62 + 16]},
        "shape": {"shape": [2**32, 2**32]},
    }
    header = json.dumps({"x": entry | changed.get(kind, {})}).encode()
    if kind == "nesting":
        header = b'{"x":' * 200_000
    return struct.pack("<Q", len(header)) + header + bytes(16)


def faiss_index(kind: str) -> bytes:
    """A flat index of three vectors, with one field of its header changed."""
    good = bytearray(FaissCodec().encode(np.eye(3, 8, dtype=np.float32)))
    places = {"dimension": (4, "<i", -8), "rows": (8, "<q", 2**62), "vector size": (37, "<Q", 2**61)}
    if kind == "inverted lists":  # a header of another kind, which allocates by the number of its lists
        return b"IwFl" + bytes(good[4:37]) + struct.pack("<QQ", 2**60, 1)
    at, form, value = places[kind]
    struct.pack_into(form, good, at, value)
    return bytes(good)


def gguf(kind: str) -> bytes:
    """A GGUF file whose counts or sizes overflow."""
    tensors, keys, body = 0, 1, b""
    name = struct.pack("<Q", 1) + b"k"
    if kind == "keys":
        keys = 2**63
    elif kind == "tensors":
        tensors, keys = 2**63, 0
    elif kind == "string":
        body = name + struct.pack("<IQ", GGUF_STRING, 2**64 - 1)
    elif kind == "array":
        body = name + struct.pack("<IIQ", GGUF_ARRAY, 4, 2**62)
    else:  # a tensor of exabytes in a small file
        tensors, keys = 1, 0
        body = name + struct.pack("<I4QIQ", 4, 2**31, 2**31, 2, 2, 0, 0)
    return struct.pack("<4sIQQ", b"GGUF", 3, tensors, keys) + body + bytes(64)


def archive(kind: str, exported: bytes, path: Path, place: Path) -> bytes:
    """What is given to `ragcite import`. `exported`: a true one; the evil member would become `path`."""
    if kind == "tar":
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            tar.addfile(tarfile.TarInfo(os.path.relpath(path, place)))
        return data.getvalue()
    data = io.BytesIO(exported)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as target:
        if kind == "link":
            info = zipfile.ZipInfo("certificate.json")
            info.external_attr = 0o120777 << 16
            target.writestr(info, str(path))
        else:
            target.writestr(str(path) if kind == "absolute" else os.path.relpath(path, place), b"evil")
    return data.getvalue()


def bomb(exported: bytes, megabytes: int = 256) -> bytes:
    """An export whose database is zeros, compressed."""
    packer, packed = zlib.compressobj(9, zlib.DEFLATED, -15), []
    for _ in range(megabytes):
        packed.append(packer.compress(bytes(1 << 20)))
    stream = b"".join([*packed, packer.flush()])
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as source, zipfile.ZipFile(data, "w") as target:
        target.writestr("manifest.json", source.read("manifest.json"))
        target.writestr("library.db", stream)
    made = bytearray(data.getvalue())
    for signature, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):  # say so in both headers
        start = made.rindex(signature)
        struct.pack_into("<H", made, start + at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", made, start + at + 14, megabytes << 20)
    return bytes(made)


def overlapping(exported: bytes) -> bytes:
    """An export whose members lie on one another: both begin where the first does."""
    made = bytearray(exported)
    first = made.index(b"PK\x01\x02")
    second = made.index(b"PK\x01\x02", first + 4)
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


def read_object(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def vouch(library: Path, index: bytes, keys: bytes) -> None:
    """Put a vector base into the library and make SQLite name it, with its true SHA-256."""
    record = BaseRecord(1, 1, FaissCodec().name, sha256(index).hexdigest(), sha256(keys).hexdigest())
    with closing(connect_writer(library / DATABASE)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        set_fact(connection, META_KEY, dump_record(record))
        seal(connection)
        connection.execute("COMMIT")
    record.index_path(library).parent.mkdir(exist_ok=True)
    record.index_path(library).write_bytes(index)
    record.keys_path(library).write_bytes(keys)
