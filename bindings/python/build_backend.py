"""Makes the wheel: the package `uv` with a libuv.so.1 in it.

pip calls `build_wheel` (PEP 517); `cargo xtask wheel` runs this file. Nothing but Python 3.11 is needed for that, and
UV_LIBRARY, which names the library, or else one that cargo has built. UV_WHEEL_PLATFORM is what the wheel says it runs
on; otherwise that is this machine.
"""

import base64
import hashlib
import os
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
BUILT = TOP / "target/release/libuv.so"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    platform = os.environ.get("UV_WHEEL_PLATFORM") or sysconfig.get_platform()
    tag = "py3-none-" + platform.replace("-", "_").replace(".", "_")
    stem = f"{project['name']}-{project['version']}"
    name = f"{stem}-{tag}.whl"
    files = package() | {f"{stem}.dist-info/{path}": content for path, content in metadata(project, tag).items()}
    record = f"{stem}.dist-info/RECORD"
    files[record] = "".join([*(entry(path, content) for path, content in files.items()), f"{record},,\n"]).encode()
    with zipfile.ZipFile(Path(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            # The same content gives the same wheel, whenever it is made.
            info = zipfile.ZipInfo(path)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(info, content)
    return name


def package():
    """The package's files, and the library beside them."""
    kinds = (".py", ".pyi", "py.typed")
    files = [path for path in sorted((HERE / "uv").rglob("*")) if path.name.endswith(kinds)]
    library = Path(os.environ.get("UV_LIBRARY") or BUILT)
    if not library.exists():
        raise SystemExit(f"{library} is not there: `cargo build --release`, or UV_LIBRARY=PATH")
    return {str(path.relative_to(HERE)): path.read_bytes() for path in files} | {
        "uv/libuv.so.1": library.read_bytes()}


def metadata(project, tag):
    header = f"""Metadata-Version: 2.4
Name: {project["name"]}
Version: {project["version"]}
Summary: {project["description"]}
License-Expression: {project["license"]}
License-File: LICENSE
Requires-Python: {project["requires-python"]}
Description-Content-Type: text/markdown

"""
    wheel = f"Wheel-Version: 1.0\nGenerator: libuv build_backend\nRoot-Is-Purelib: false\nTag: {tag}\n"
    return {
        "METADATA": (header + (HERE / project["readme"]).read_text()).encode(),
        "WHEEL": wheel.encode(),
        "licenses/LICENSE": (TOP / "LICENSE").read_bytes(),
    }


def entry(path, content):
    """A line of the wheel's list of files."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"


if __name__ == "__main__":
    print(build_wheel(sys.argv[1]))
