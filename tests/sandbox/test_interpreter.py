"""What goes into a bubblewrap box."""

import sys
from pathlib import Path

from sandbox.backends import interpreter, payload


def test_the_interpreter_brings_its_library_and_no_installed_package() -> None:
    found = interpreter.find()
    assert found.executable.is_file()
    assert any((library / "json").is_dir() for library in found.libraries)
    assert all(path.exists() for path in found.objects)
    assert not any("-packages" in str(path) for path in (*found.libraries, *found.objects))
    assert sys.prefix == sys.base_prefix or not any(path.is_relative_to(sys.prefix) for path in found.objects)


def test_the_harness_needs_nothing_of_the_trusted_side() -> None:
    for name, content in payload.files().items():
        if name.endswith(".py"):
            lines = content.decode().splitlines()
            ours = [
                line for line in lines if line.startswith(("from sandbox", "import sandbox", "from lbt", "import lbt"))
            ]
            assert all(line.startswith("from sandbox.harness") for line in ours), name
    assert {Path(name).suffix for name in payload.files()} == {".py", ".bpf"}
