"""The data card of a folder of pairs: `README.md` in the form that Hugging Face reads, which tells its splits too."""

import re
from pathlib import Path

import yaml

from leetcode_data.own import name_of
from reports.terminal import one_line
from training.records import HELD_OUT, TRAIN, Counts, Lengths, PairsManifest

_SCORES = {"lbt": "0.5 × correct + 0.5 × LbT score", "correct": "1 for a correct answer, else 0"}
_KEPT = {
    "random": "drawn at random",
    "margin": "those with the largest difference",
    "diverse": "so that no answer stands in many of them",
}
_ROWS = (
    ("problems with a complete lesson", "problems"),
    ("lessons left out: a mark is missing", "incomplete"),
    ("lessons left out: no exam could be written", "unexamined"),
    ("answers", "answers"),
    ("answers left out: the reply is not whole", "cut_off"),
    ("answers left out: changed by self-debug", "mended"),
    ("answers left out: near-duplicates", "duplicates"),
    ("pairs above the threshold", "found"),
    ("**pairs kept**", "kept"),
    ("of these only thanks to LbT (equally correct)", "only_lbt"),
)
_FORM = """\
`prompt`, `chosen` and `rejected` are lists of messages: TRL's conversational preference format. The prompt is what the
teacher was sent, the texts are its replies word by word{thoughts}. The other columns are not for training: `problem`
and its `group` (problems of a group are variants of each other, and no group is in both splits); of either answer its
number in the lesson (`…_index`), whether it is correct, its LbT score and what counted (`…_score`), all in [0, 1]; the
difference (`margin`); whether the answers are equally correct (`only_lbt`); and the key of the reply in the call store
of the run (`…_call`).

The JSONL files hold the same rows. `pairs.json` tells how they were made, for programs; it has the options of the run,
so also the paths of files that it was given: look through it before you share it."""
_READ = {
    "rationale": "the rationale of one explanation each, without its answer",
    "answer": "the answer of one explanation each",
    "none": "nothing of it",
    "shuffled": "one explanation each with the rationale of another",
}
"""`--teach-with` -> what students read, where it is not an explanation as it is."""


def card(manifest: PairsManifest) -> str:
    """Write the data card; all names in it are harmless."""
    return "\n\n".join([f"---\n{_head(manifest)}---", *_sections(manifest)]) + "\n"


def _head(manifest: PairsManifest) -> str:
    filled = [part for part in (TRAIN, HELD_OUT) if manifest.parts[part].kept]  # `datasets` refuses an empty split
    splits = [{"split": part, "path": f"{part}.parquet"} for part in filled]
    head = {
        "pretty_name": "Preference pairs from learning by teaching",
        "license": "other",
        "task_categories": ["text-generation"],
        "tags": ["preference", "dpo", "trl", "learning-by-teaching"],
        "configs": [{"config_name": "default", "data_files": splits}],
    }
    return yaml.safe_dump(head, sort_keys=False)


def _sections(manifest: PairsManifest) -> list[str]:
    origin = manifest.origin
    dataset, teacher = code(name_of(Path(origin.dataset))), code(short(origin.teacher))
    students = ", ".join(code(short(student)) for student in origin.students)
    read = _READ.get(str(origin.config.get("teach_with")), "one explanation each")
    thoughts = any(one.reasoned for one in manifest.parts.values())
    return [
        "# Preference pairs from learning by teaching",
        f"A teacher, {teacher}, explained each problem of {dataset} several times. Students, {students}, read "
        f"{read} and sat an exam of similar problems; how well they did is the explanation's LbT "
        "score. A pair is two explanations of one problem of which one is better.",
        f"An explanation is worth {_SCORES[manifest.score]}; in a pair the difference is above {manifest.threshold}. "
        f"Of each problem at most {manifest.per_problem} pairs are kept, {_KEPT[manifest.keep]} "
        f"(`--keep {manifest.keep}`, seed {manifest.seed}). Of {len(set(manifest.problems.values()))} groups of "
        f"problems {len(manifest.held_out)} are held out (`--held-out {manifest.held_out_share}`).",
        "## Counts",
        _table(manifest.parts),
        _lengths(manifest.chosen, manifest.rejected),
        "## Columns",
        _FORM.format(thoughts=", without what it thought before it answered" if thoughts else ""),
        "## Where it comes from",
        _provenance(manifest),
        "## Licence",
        f"The prompts hold problems of {dataset}, and {teacher} wrote the replies: the terms of both apply to this "
        "folder. Read them before you share it or a model that was trained on it.",
    ]


def _table(parts: dict[str, Counts]) -> str:
    train, held_out = parts[TRAIN], parts[HELD_OUT]
    lines = [f"| {what} | {getattr(train, name)} | {getattr(held_out, name)} |" for what, name in _ROWS]
    return "\n".join(["| | train | held out |", "| --- | ---: | ---: |", *lines])


def _lengths(chosen: Lengths | None, rejected: Lengths | None) -> str:
    if chosen is None or rejected is None:
        return "There are no pairs to train on."
    lines = [
        f"| {name} | {one.mean:.0f} | {one.median:.0f} | {one.longest} |"
        for name, one in (("chosen", chosen), ("rejected", rejected))
    ]
    head = ["| characters, pairs to train on | mean | median | longest |", "| --- | ---: | ---: | ---: |"]
    return "\n".join([*head, *lines])


def _provenance(manifest: PairsManifest) -> str:
    origin = manifest.origin
    identities = [
        f"- {code(short(name))} was {code(bare(identity), 400)}" for name, identity in origin.identities.items()
    ]
    trained = ["- The teacher was itself trained on such pairs: `lineage` in `pairs.json`"] if origin.lineage else []
    lines = [
        f"- Run of {code(origin.started)}, code at commit {code(origin.commit or 'unknown')}",
        f"- SHA-256 of the problems: {code(origin.data)}",
        f"- Marked by {code(origin.judge or 'unknown')}",
    ]
    return "\n".join([*lines, *identities, *trained])


def short(label: str) -> str:
    """A model's label without the folders that its file or folder is in on this machine."""
    kind, colon, name = label.partition(":")
    path = Path(name)
    return f"{kind}:{'/'.join(path.parts[-2:])}" if colon and path.is_absolute() else label


def bare(identity: str) -> str:
    """An identity, without the folders of the files that its flags name."""
    return " ".join(re.sub("=/.*/", "=", word) for word in identity.split(" "))


def code(name: str, limit: int = 120) -> str:
    """A name as code in Markdown: on one line, harmless, and unable to end the code."""
    return f"`{one_line(name, limit).replace('`', chr(39)) or '-'}`"
