#!/usr/bin/env python3
"""Palimpsest's training step beside PyTorch's, in turn on the same machine.

    bench/peers/compare_step.py [--rounds 3] [--out bench/results/NAME.json]

Runs `bench/run TrainingStep` and `bench/peers/torch_step.py` alternately with this Python (which
needs torch) and records every figure, the ratio of the medians and the spread of the ratios.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def environment():
    # A core type forced from outside halves OpenBLAS's speed; autodetection is right.
    return {
        key: value
        for key, value in os.environ.items()
        if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }


def palimpsest():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "jmh.json"
        subprocess.run(
            [ROOT / "bench/run", "TrainingStep", "-rf", "json", "-rff", file],
            check=True, env=environment(), stdout=sys.stderr,
        )
        result = json.loads(file.read_text())[0]
    return result["secondaryMetrics"]["tokens"]["score"]


def torch():
    output = subprocess.run(
        [sys.executable, ROOT / "bench/peers/torch_step.py", "--vocabulary", "697"],
        check=True, env=environment(), capture_output=True, text=True,
    ).stdout
    return json.loads(output)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        peer = torch()
        theirs.append(peer["tokens_per_second"])
        ours.append(palimpsest())
    ratios = [our / their for our, their in zip(ours, theirs)]
    result = {
        "command": "bench/peers/compare_step.py --rounds %d" % arguments.rounds,
        "what": "tokens/s of a pretraining step of preset tiny, 8 x 128 tokens, 2 threads",
        "processor": processor(),
        "load_average": os.getloadavg()[0],
        "peer": peer["peer"],
        "palimpsest": [round(rate) for rate in ours],
        "torch": theirs,
        "ratio_of_medians": round(statistics.median(ours) / statistics.median(theirs), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
    }
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
