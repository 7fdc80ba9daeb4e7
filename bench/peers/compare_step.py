#!/usr/bin/env python3
"""Palimpsest's training step beside PyTorch's, in turn on the same machine.

    bench/peers/compare_step.py [--rounds 3] [--shapes tiny,4x128,…] [--peers cpu-fp32,…]
                                [--threads 2] [--out bench/results/NAME.json]

Runs `palimpsest profile` (its steps that are not recorded) and `bench/peers/torch_step.py`
alternately, with this Python, and records every rate, their ratios and the spread of these. A peer
that cannot be had here is skipped with the reason. The peers:

    cpu-fp32        as installed, eager
    cpu-fp32-best   torch.compile, MKL's AVX-512 path also on AMD, glibc told not to give memory back
    cpu-bf16        autocast, against our fp32: the CPU has no bf16 here
    gpu-eager, gpu-compiled, gpu-flash   bf16 on both sides
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

SHAPES = {
    "tiny": dict(L=4, C=128, H=4, V=697, B=8, T=128),
    "4x128": dict(L=4, C=128, H=4, V=697, B=16, T=128),
    "6x256": dict(L=6, C=256, H=8, V=2000, B=16, T=256),
    "pythia-70m": dict(L=6, C=512, H=8, V=50304, B=4, T=256),
    "pythia-160m": dict(L=12, C=768, H=12, V=50304, B=4, T=64),
    "pythia-160m-gpu": dict(L=12, C=768, H=12, V=50304, B=96, T=512),
    "micro": dict(L=2, C=32, H=2, V=61, B=2, T=16),
}

PEERS = {
    "cpu-fp32": dict(device="cpu", arguments=[]),
    "cpu-fp32-best": dict(device="cpu", arguments=["--compile"], best=True),
    "cpu-bf16": dict(device="cpu", arguments=["--dtype", "bf16"]),
    "gpu-eager": dict(device="cuda", arguments=["--dtype", "bf16", "--attention", "math"]),
    "gpu-compiled": dict(device="cuda", arguments=["--dtype", "bf16", "--compile"]),
    "gpu-flash": dict(device="cuda", arguments=["--dtype", "bf16", "--attention", "flash"]),
}


def environment():
    # A core type forced from outside halves OpenBLAS's speed; autodetection is right.
    return {
        key: value
        for key, value in os.environ.items()
        if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }


def absent(peer):
    """Why a peer cannot be had here; None if it can."""
    if importlib.util.find_spec("torch") is None:
        return "%s has no torch" % sys.executable
    import torch

    if PEERS[peer]["device"] == "cuda" and not torch.cuda.is_available():
        return "torch %s finds no GPU here" % torch.__version__
    if PEERS[peer].get("best") and shutil.which("cc") is None:
        return "no cc, which the preload is compiled with"
    if "--compile" in PEERS[peer]["arguments"] and shutil.which("g++") is None:
        return "no g++, which torch.compile needs"
    return None


def best(folder):
    """An environment in which PyTorch is at its best on a CPU."""
    source = folder / "intel.c"
    source.write_text("int mkl_serv_intel_cpu_true(void) { return 1; }\n")
    library = folder / "libintel.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    return dict(
        LD_PRELOAD=str(library),
        MALLOC_TRIM_THRESHOLD_=str(1 << 40),
        MALLOC_MMAP_THRESHOLD_=str(1 << 40),
        MALLOC_TOP_PAD_=str(1 << 28),
    )


def torch(peer, shape, arguments, folder):
    extra = best(folder) if PEERS[peer].get("best") else {}
    names = dict(layers="L", width="C", heads="H", vocabulary="V", batch="B", length="T")
    options = [
        word for name, letter in names.items() for word in ("--" + name, str(SHAPES[shape][letter]))
    ]
    output = subprocess.run(
        [sys.executable, ROOT / "bench/peers/torch_step.py", *options, *PEERS[peer]["arguments"],
         "--device", PEERS[peer]["device"], "--threads", str(arguments.threads),
         "--steps", str(arguments.steps), "--repeats", "3"],
        check=True, env=environment() | extra, stdout=subprocess.PIPE, text=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


def palimpsest(peer, shape, arguments, folder):
    sizes = ",".join("%s=%d" % size for size in SHAPES[shape].items())
    file = folder / "profile.json"
    device = PEERS[peer]["device"]
    subprocess.run(
        [ROOT / "palimpsest", "profile", "--shape", sizes, "--device", device, "--dtype",
         "bf16" if device == "cuda" else "fp32", "--threads", str(arguments.threads),
         "--steps", str(arguments.steps), "--json", file],
        check=True, env=environment(), stdout=subprocess.DEVNULL,
    )
    return json.loads(file.read_text())


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def compared(peer, shape, arguments):
    reason = absent(peer)
    if reason:
        return dict(shape=shape, peer=peer, skipped=reason)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for _ in range(arguments.rounds):
            their = torch(peer, shape, arguments, folder)
            our = palimpsest(peer, shape, arguments, folder)
            theirs.append(their["tokens_per_second"])
            ours.append(round(our["tokens_per_second"]))
    ratios = [our / their for our, their in zip(ours, theirs)]
    return dict(
        shape=shape, sizes=SHAPES[shape], peer=peer, torch=their["peer"],
        device=our["machine"]["device"], palimpsest_tokens_per_second=ours,
        torch_tokens_per_second=theirs,
        ratio=round(statistics.median(ratios), 3),
        lowest=round(min(ratios), 3), highest=round(max(ratios), 3),
    )


def chosen(text, known, what):
    names = text.split(",")
    for name in names:
        if name not in known:
            sys.exit("%s: there is no %s '%s' (there are %s)"
                     % (pathlib.Path(sys.argv[0]).name, what, name, ", ".join(known)))
    return names


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shapes", default="4x128,6x256,pythia-70m,pythia-160m")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    result = dict(
        command=" ".join(["bench/peers/compare_step.py", *sys.argv[1:]]),
        what="tokens/s of a training step, in turn; ratio: ours over theirs, median of the rounds",
        processor=processor(), threads=arguments.threads, load_average=round(load, 2),
        idle=load < 0.6 * os.cpu_count(), rows=[],
    )
    for shape in chosen(arguments.shapes, SHAPES, "shape"):
        for peer in chosen(arguments.peers, PEERS, "peer"):
            row = compared(peer, shape, arguments)
            print(json.dumps(row), file=sys.stderr, flush=True)
            result["rows"].append(row)
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.out:
        arguments.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
