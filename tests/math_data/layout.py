"""Small collections in the layout of the published ones, with problems of our own."""

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SNAPSHOTS = ("Oct-2023", "Nov-2023", "Dec-2023")
Files = dict[str, Any]


def solved(statement: str, answer: str, level: str = "Level 2") -> Files:
    """A file of MATH."""
    return {"problem": statement, "level": level, "type": "Algebra", "solution": f"So it is $\\boxed{{{answer}}}$."}


def math_files() -> Files:
    """MATH: three problems for tests, two for training."""
    return {
        "test/algebra/1.json": solved("What is 2 + 3?", "5"),
        "test/algebra/2.json": solved("What is 4 + 3?", "7", "Level ?"),
        "test/number_theory/3.json": solved("What is 9 mod 5?", "4", "Level 5"),
        "train/algebra/7.json": solved("What is 1 + 1?", "2"),
        "train/algebra/8.json": {**solved("What has no answer?", ""), "solution": "It is \\boxed{}."},
    }


def snapshot_files() -> dict[str, Files]:
    """MATH(): variants of `test/algebra/1` and `2`; one has the problem's own answer, two are duplicates."""
    first = [solved("What is 2 + 4?", "6"), solved("What is 1 + 4?", "5"), solved("What is 2 + 6?", "8")]
    second = [solved("What is 4 + 4?", "8"), solved("What is  4 + 4?", "8"), solved("What is 4 + 6?", "10")]
    return {
        snapshot: {"test/algebra/1.json": one, "test/algebra/2.json": two}
        for snapshot, one, two in zip(SNAPSHOTS, first, second, strict=True)
    }


def math500_rows() -> list[Files]:
    """MATH-500: `test/number_theory/3`, then `test/algebra/1`."""
    files = math_files()
    return [
        {
            "problem": files[name]["problem"],
            "solution": files[name]["solution"],
            "answer": answer,
            "subject": subject,
            "level": level,
            "unique_id": name,
        }
        for name, answer, subject, level in [
            ("test/number_theory/3.json", "4", "Number Theory", 5),
            ("test/algebra/1.json", "5", "Algebra", 2),
        ]
    ]


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def write_files(folder: Path, files: Mapping[str, Any]) -> None:
    for name, value in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(value), encoding="utf-8")


def write_archive(path: Path, files: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, value in files.items():
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def write_all(folder: Path) -> Path:
    """Every collection: MATH packed, MATH() with two snapshots packed and one not."""
    write_archive(folder / "math" / "MATH.tar.gz", {f"MATH/{name}": value for name, value in math_files().items()})
    for snapshot, files in snapshot_files().items():
        if snapshot == SNAPSHOTS[0]:
            write_files(folder / "math_functional" / snapshot, files)
        else:
            packed = {f"{snapshot}/{name}": value for name, value in files.items()}
            write_archive(folder / "math_functional" / f"{snapshot}.tar.gz", packed)
    write_lines(folder / "math500" / "test.jsonl", math500_rows())
    write_lines(folder / "gsm8k" / "test.jsonl", gsm8k_rows())
    write_lines(folder / "gsm8k" / "train.jsonl", [{"question": "1 coin and 1?", "answer": "1+1\n#### 2"}])
    for sample in (40, 41):
        write_lines(folder / "varbench" / f"gsm8k_sample_{sample}.jsonl", varbench_rows(sample))
    write_lines(folder / "gsm_plus" / "gsmplus_testmini.jsonl", gsm_plus_rows())
    return folder


def gsm8k_rows() -> list[Files]:
    return [
        {"question": "Ann has 2 nuts and finds 3. How many?", "answer": "2+3 = <<2+3=5>>5\n#### 5"},
        {"question": "Bo has 1,000 nuts and loses 1. How many?", "answer": "#### 999"},
    ]


def varbench_rows(sample: int) -> list[Files]:
    """In sample 41, the variant of the second problem is the problem itself."""
    second = "Bo has 1,000 nuts and loses 1. How many?" if sample == 41 else "Bo has 500 nuts and loses 2. How many?"
    return [
        {"question": f"Ann has {sample} nuts and finds 3. How many?", "answer": f"#### {sample + 3}", "index": "0"},
        {"question": second, "answer": "#### 999" if sample == 41 else "#### 498", "index": "1"},
    ]


def gsm_plus_rows() -> list[Files]:
    first, second = (row["question"] for row in gsm8k_rows())

    def row(seed: str, question: str, answer: str, kind: str) -> Files:
        return {"question": question, "answer": answer, "perturbation_type": kind, "seed_question": seed}

    return [
        row(first, "Ann has 7 nuts and finds 3. How many?", "10", "numerical substitution"),
        row(first, "Ann has nuts and finds 3. How many?", "None", "critical thinking"),
        row(first, "Ann has 2 nuts, and then 5. How many did she find?", "3", "reversing operation"),
        row(second, "Bo has 20,000 nuts and loses 1. How many?", "19999", "digit expansion"),
        row("Another seed?", "Nobody's nuts?", "0", "digit expansion"),
    ]
