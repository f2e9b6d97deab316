"""How long the data of a night takes: made, proved, deduplicated and audited, on the catalog of a run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from vgpt2.bench.catalog import Figure, run_timed
from vgpt2.files import count_lines, read_json, read_jsonl
from vgpt2.records.dedupe.near import BANDS, HASHES, NEAR, SEED, near_duplicates, shingles
from vgpt2.settings import ROOT, load_profile

SIZES = {"sft": 100_000, "negatives": 2_000, "dpo": 5_000, "kto": 3_000}
MADE_BY = {
    "sft": "generate_training_data.py",
    "negatives": "generate_negative_examples.py",
    "dpo": "generate_dpo_pairs.py",
    "kto": "generate_kto_data.py",
}


def measure(run_dir: Path, folder: Path, sizes: dict[str, int] | None = None) -> list[Figure]:
    """Make the four datasets of a run's catalog at these sizes below `folder`, audit them, and time each step."""
    sizes = sizes or SIZES
    settings = _settings(run_dir, folder, sizes)
    shared = ["--catalog", run_dir / "catalog.json", "--settings", settings]
    held_out = ["--held-out", run_dir / "suite/held_out.json"]
    raw = {name: folder / f"raw/{name}.jsonl" for name in MADE_BY}
    seconds, memory = {}, 0.0
    for name, script in MADE_BY.items():
        after = ["--dpo", raw["dpo"]] if name == "kto" else []
        took, most = run_timed(_script(script, *shared, *held_out, *after, "--output", raw[name]))
        seconds[name], memory = took, max(memory, most)
    made = ", ".join(f"{name} {sizes[name]:,} in {took:.0f} s" for name, took in seconds.items())
    figures = [Figure(f"data: {made}", f"{sum(seconds.values()):.0f} s, {memory:.1f} GB", "300 s, 1.5 GB")]

    merged, data = folder / "raw/sft_merged.jsonl", folder / "data"
    arguments = ["--sft", raw["sft"], "--negatives", raw["negatives"], "--settings", settings, "--output", merged]
    run_timed(_script("merge_sft.py", *arguments))
    for stage, source in (("sft", merged), ("dpo", raw["dpo"]), ("kto", raw["kto"])):
        output = data / f"{stage}.jsonl"
        run_timed(_script("dedupe.py", source, "--stage", stage, "--settings", settings, *held_out, "--output", output))
    audited, rules = 0.0, []
    for stage in ("sft", "dpo", "kto"):
        files = [data / f"{stage}.jsonl", data / f"{stage}_eval.jsonl", "--stage", stage]
        suite = ["--suite", run_dir / "suite/full.jsonl", "--report", folder / f"{stage}.json"]
        took, _ = run_timed(_script("validate_data.py", *files, *shared, *held_out, *suite), codes=(0, 1))
        audited += took
        report = next(path for path in (folder / f"{stage}.json", folder / f"{stage}.failed.json") if path.exists())
        rules += [rule["rule"] for rule in read_json(report)["rules"] if not rule["ok"]]
    broken = f", broken: {', '.join(rules)}" if rules else ", every rule holds"
    figures.append(
        Figure(f"audit of {sum(sizes.values()) + sizes['negatives']:,} records", f"{audited:.0f} s{broken}", "120 s")
    )
    return [*figures, *_variety(data / "sft.jsonl"), _near(data / "sft.jsonl")]


def measure_large(run_dir: Path, big_catalog: Path, folder: Path, count: int = 300_000) -> list[Figure]:
    """The night's SFT set of a large schema, and `count` records of the run's catalog, from which a million follow."""
    folder.mkdir(exist_ok=True)
    settings = _settings(run_dir, folder, SIZES)
    output = folder / "raw/sft.jsonl"
    made_by = _script(MADE_BY["sft"], "--settings", settings, "--output", output)
    took, memory = run_timed([*made_by, "--catalog", big_catalog])
    what = f"sft {count_lines(output):,} of {len(read_json(big_catalog)['tables']):,} tables and views"
    figures = [Figure(what, f"{took:.0f} s, {memory:.1f} GB", "480 s")]

    _settings(run_dir, folder, SIZES | {"sft": count})
    took, memory = run_timed([*made_by, "--catalog", run_dir / "catalog.json"])
    made = count_lines(output)
    figures.append(_to_a_million(f"sft {made:,}", made, took, memory, "3,000 s, 2 GB"))
    deduped = ["--stage", "sft", "--settings", settings, "--output", folder / "sft.jsonl"]
    took, memory = run_timed(_script("dedupe.py", output, *deduped))
    return [*figures, _to_a_million("deduplicating them", made, took, memory, "120 s, 4 GB")]


def _to_a_million(what: str, count: int, seconds: float, memory: float, budget: str) -> Figure:
    """What `count` records took, and a million at the same rate; memory has a part that does not grow, so less."""
    factor = 1e6 / count
    million = f"a million: {seconds * factor:,.0f} s, at most {memory * factor:.1f} GB (extrapolated)"
    return Figure(what, f"{seconds:.0f} s, {memory:.2f} GB; {million}", f"{budget} for a million")


def _script(name: str, *arguments: object) -> list[object]:
    return [ROOT / "scripts" / name, *arguments]


def _settings(run_dir: Path, folder: Path, sizes: dict[str, int]) -> Path:
    """The run's settings with the data and audit of the profile for one large GPU, and these sizes."""
    settings = read_json(run_dir / "settings.json")
    profile = load_profile("a6000").model_dump(mode="json")
    part = min(1.0, sizes["sft"] / profile["data"]["sft"])
    floors = {name: int(count * part) for name, count in profile["audit"]["floors"].items() if name in sizes}
    settings["profile"] = profile
    profile["data"].update(sizes)
    profile["audit"]["floors"] = floors
    path = folder / "settings.json"
    path.write_text(json.dumps(settings), "utf-8")
    return path


def _variety(path: Path) -> list[Figure]:
    """What the made set is made of: rows that run and return something, structures, words that open a question."""
    metas = read_jsonl(path.with_suffix(".meta.jsonl"))
    queries = [meta for meta in metas if meta["kind"] == "sql"]
    runs, rows = (sum(rung in meta["proof"] for meta in queries) / len(queries) for rung in ("runs", "rows"))
    opening = {row["instruction"].split()[0].casefold() for row in read_jsonl(path) if row["instruction"].strip()}
    skeletons = len({meta["skeleton"] for meta in queries})
    return [
        Figure("queries that run, that return rows", f"{runs:.1%}, {rows:.1%}", "95 %, 85 %"),
        Figure("distinct skeletons, opening words", f"{skeletons:,}, {len(opening):,}", "400, 60"),
    ]


def _near(path: Path) -> Figure:
    """Near duplicates against what rensa alone takes to sign and look up the same texts."""
    from rensa import RMinHash, RMinHashLSH

    texts = [f"{row['instruction']} {row['output']}" for row in read_jsonl(path)]

    def alone() -> None:
        tokens = [text.split() for text in texts]
        matrix = RMinHash.digest_matrix_from_token_sets(tokens, HASHES, SEED)
        RMinHashLSH(NEAR, HASHES, BANDS).query_duplicate_flags_matrix_one_shot(matrix)

    ours, theirs = _seconds(lambda: near_duplicates(texts)), _seconds(alone)
    shingled = _seconds(lambda: [shingles(text) for text in texts])
    what = f"near duplicates of {len(texts):,} records"
    return Figure(what, f"{ours:.1f} s, {ours / theirs:.1f} times rensa ({shingled:.1f} s are tokens)", "3 times")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
