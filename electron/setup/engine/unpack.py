"""Unpacks what an engine needs from wheels: unpack.py FOLDER WHEEL..."""

import shutil
import sys
import zipfile
from pathlib import Path

# The libraries, the C interface's headers and the licences of TensorFlow; the libraries and the compiler's parts
# that TensorFlow loads from NVIDIA's wheels.
wanted = (
    "tensorflow/libtensorflow_cc.",
    "tensorflow/libtensorflow_framework.",
    "tensorflow/THIRD_PARTY_NOTICES.txt",
    "tensorflow/include/LICENSE",
    "tensorflow/include/tensorflow/c/",
    "tensorflow/include/tensorflow/core/platform/",
    "tensorflow/include/tsl/",
    "tensorflow/include/xla/tsl/",
    "nvidia/",
)


def is_wanted(name):
    if "/include/" in name and name.startswith("nvidia/"):
        return False
    is_licence = ".dist-info/" in name and "license" in name.lower()
    return (name.startswith(wanted) or is_licence) and not name.endswith((".a", ".py", "/"))


def unpack(wheel, folder):
    with zipfile.ZipFile(wheel) as archive:
        for entry in filter(lambda entry: is_wanted(entry.filename), archive.infolist()):
            target = folder / entry.filename
            if folder not in target.resolve().parents:
                raise ValueError(f"{wheel}: {entry.filename} points out of the folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            # Reading to the end checks the entry's CRC.
            with archive.open(entry) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            target.chmod(entry.external_attr >> 16 & 0o777 | 0o600)


if __name__ == "__main__":
    for wheel in sys.argv[2:]:
        unpack(wheel, Path(sys.argv[1]).resolve())
