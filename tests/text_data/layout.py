"""Small files in the layouts of the published sets; their texts are our own."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

SPEAKER = ("energy", "ann-lee", "Mayor", "Ohio", "none", "0", "1", "2", "3", "4")


def statement(number: int | str, label: str, text: str, context: str = "a speech") -> list[str]:
    """A row of LIAR."""
    return [f"{number}.json", label, text, *SPEAKER, context]


LIAR = {
    "train": [
        statement(11, "false", 'The "lake is dry.'),
        statement(12, "half-true", "Some roads are closed."),
        statement(13, "true", "The bridge opened in May.", context=""),
        statement(14, "pants-fire", "The moon was sold."),
    ],
    "valid": [statement(21, "true", "Rents rose.  "), statement(22, "mostly-true", "Schools are small.")],
    "test": [statement(31, "false", "Nobody paid a toll."), statement(32, "barely-true", "It never rained.")],
}
FALLACY = {
    "train": [("He lied once, so all do.", "faulty generalization"), ("x" * 800, "ad hominem")],
    "dev": [
        ("Two swans are white,\nso swans are.", "ad populum, faulty generalization"),
        ("All say so.", "ad populum"),
    ],
    "test": [("HE lied once,  so all do.", "faulty generalization"), ("You too!", "Faulty Generalization")],
}


def write_liar(folder: Path) -> Path:
    """Write the three files of LIAR."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, rows in LIAR.items():
        write_tabs(folder / f"{part}.tsv", rows)
    return folder


def write_tabs(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows as LIAR's are: parted by tabs, nothing quoted."""
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def write_fallacies(folder: Path) -> Path:
    """Write the three files of Logical Fallacy, `edu`, and one that is not read."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, rows in FALLACY.items():
        with (folder / f"edu_{part}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["", "Unnamed: 0", "source_article", "updated_label", "masked_articles"])
            table.writerows([number, number, text, label, "MSK<0>"] for number, (text, label) in enumerate(rows))
    (folder / "climate_train.csv").write_text("no table", encoding="utf-8")
    return folder
