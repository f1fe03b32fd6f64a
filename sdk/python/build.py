"""Builds an app from a folder with `app.py` and `manifest.toml`: `python build.py FOLDER OUT.wasm`.

In: the modules, and the interfaces that they import. Out: a component with its manifest inside that
imports those interfaces and nothing else: no WASI (CPython's own is stubbed), no network.
"""

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SDK = Path(__file__).resolve().parent
CONTRACT = SDK.parent.parent / "wit" / "deps"
SECTION = b"domicile:manifest"
EXPORT = "domicile:app/page@1.0.0"
BINDINGS = "wit_world.imports"


def build(folder: Path, output: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="domicile-py-") as work:
        wit, modules, bare = (Path(work) / name for name in ("wit", "modules", "bare.wasm"))
        shutil.copytree(CONTRACT, wit / "deps")
        (wit / "world.wit").write_text(world(imports(folder)))
        # A copy, for Python leaves its caches beside what it imports.
        shutil.copytree(folder, modules)
        shutil.copy(SDK / "tree.py", modules)
        componentize(wit, modules, bare)
        output.write_bytes(with_manifest(bare.read_bytes(), (folder / "manifest.toml").read_bytes()))


def imports(folder: Path) -> list[str]:
    """The interfaces that the folder's modules import, by the names of the contract."""
    known, used = interfaces(), set()
    for module in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == BINDINGS:
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{BINDINGS}."):
                used.add(node.module.removeprefix(f"{BINDINGS}."))
    return sorted(known[name] for name in used if name in known)


def interfaces() -> dict[str, str]:
    """Every interface of the contract by its name in Python."""
    found = {}
    for file in CONTRACT.rglob("*.wit"):
        text = file.read_text()
        package, version = re.search(r"^package (\S+)@(\S+);", text, re.MULTILINE).groups()
        for name in re.findall(r"^interface (\S+)", text, re.MULTILINE):
            found[name.replace("-", "_")] = f"{package}/{name}@{version}"
    return found


def world(names: list[str]) -> str:
    """A world with these imports alone: what is not imported can't be granted, nor refused."""
    lines = "".join(f"    import {name};\n" for name in names)
    return f"package built:app;\n\nworld app {{\n{lines}    export {EXPORT};\n}}\n"


def componentize(wit: Path, modules: Path, output: Path) -> None:
    tool = [Path(sys.executable).parent / "componentize-py", "--wit-path", wit, "--world", "app"]
    paths = ["--python-path", modules, "--output", output]
    subprocess.run([*tool, "componentize", "--stub-wasi", *paths, "app"], check=True)


def with_manifest(component: bytes, manifest: bytes) -> bytes:
    """A custom section at the end: id 0, the length of what follows, the name, the text."""
    body = length(len(SECTION)) + SECTION + manifest
    return component + b"\0" + length(len(body)) + body


def length(value: int) -> bytes:
    """LEB128."""
    head = bytearray()
    while value >= 0x80:
        head.append(value % 0x80 + 0x80)
        value //= 0x80
    return bytes([*head, value])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python build.py FOLDER OUT.wasm")
    build(Path(sys.argv[1]), Path(sys.argv[2]))
