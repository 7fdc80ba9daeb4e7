#!/usr/bin/env python3
"""One training step of a GPT-NeoX model in PyTorch, to measure Palimpsest against.

The same model, batch and optimiser as `palimpsest`'s preset tiny unless told otherwise: parallel
residual, rotary positions on a quarter of each head, erf GELU, untied head, AdamW with decay on
matrices alone, clipping at 1. Prints one JSON line; needs torch and nothing else.
"""

import argparse
import contextlib
import json
import math
import statistics
import time

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.dense = nn.Linear(width, width)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, x, cosines, sines):
        batch, length, width = x.shape
        size = width // self.heads
        heads = self.query_key_value(self.norm1(x)).view(batch, length, self.heads, 3 * size)
        query, key, value = heads.transpose(1, 2).chunk(3, dim=-1)
        query, key = rotate(query, cosines, sines), rotate(key, cosines, sines)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        attended = attended.transpose(1, 2).reshape(batch, length, width)
        return x + self.dense(attended) + self.narrow(F.gelu(self.widen(self.norm2(x))))


class Model(nn.Module):
    def __init__(self, layers, width, heads, vocabulary, positions):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        rotary = width // heads // 4
        angles = torch.outer(
            torch.arange(positions).float(), 10000 ** (-torch.arange(0, rotary, 2) / rotary)
        )
        self.register_buffer("cosines", torch.cat([angles, angles], -1).cos())
        self.register_buffer("sines", torch.cat([angles, angles], -1).sin())
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=math.sqrt(2 / (5 * width)))

    def forward(self, tokens):
        x = self.embed(tokens)
        cosines, sines = self.cosines[: tokens.shape[1]], self.sines[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, cosines, sines)
        return self.head(self.norm(x))


def rotate(x, cosines, sines):
    rotary = cosines.shape[-1]
    turned, rest = x[..., :rotary], x[..., rotary:]
    first, second = turned.chunk(2, dim=-1)
    turned = turned * cosines + torch.cat([-second, first], -1) * sines
    return torch.cat([turned, rest], -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in dict(
        layers=4, width=128, heads=4, vocabulary=688, batch=8, length=128, threads=2, steps=40,
        repeats=5,
    ).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--dtype", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--compile", action="store_true", help="torch.compile the model")
    parser.add_argument(
        "--attention", default="auto", choices=("auto", "flash", "math"),
        help="which of PyTorch's attentions; auto leaves the choice to it",
    )
    a = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(a.threads)
    # fp32 is what it says, also on tensor cores.
    torch.backends.cuda.matmul.allow_tf32 = False
    model = Model(a.layers, a.width, a.heads, a.vocabulary, a.length).to(a.device)
    forward = torch.compile(model) if a.compile else model
    autocast = torch.autocast(a.device, torch.bfloat16, enabled=a.dtype == "bf16")
    matrices = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=1e-3, eps=1e-6, fused=True,
    )

    def attention():
        if a.attention == "auto":
            return contextlib.nullcontext()
        backends = dict(flash=SDPBackend.FLASH_ATTENTION, math=SDPBackend.MATH)
        return sdpa_kernel(backends[a.attention])

    tokens = torch.randint(a.vocabulary, (a.batch, a.length), device=a.device)
    targets = torch.randint(a.vocabulary, (a.batch, a.length), device=a.device)

    def step():
        with autocast, attention():
            loss = F.cross_entropy(forward(tokens).flatten(0, 1), targets.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    def finish():
        if a.device == "cuda":
            torch.cuda.synchronize()

    for _ in range(a.steps):
        step()
    finish()
    rates = []
    for _ in range(a.repeats):
        start = time.perf_counter()
        for _ in range(a.steps):
            step()
        finish()
        rates.append(a.steps * a.batch * a.length / (time.perf_counter() - start))
    print(
        json.dumps(
            {
                "peer": "torch " + torch.__version__,
                "device": torch.cuda.get_device_name() if a.device == "cuda" else "cpu",
                "dtype": a.dtype,
                "compiled": a.compile,
                "attention": a.attention,
                "threads": a.threads,
                "model": [a.layers, a.width, a.heads, a.vocabulary],
                "batch": [a.batch, a.length],
                "tokens_per_second": round(statistics.median(rates)),
                "all": [round(rate) for rate in rates],
            }
        )
    )


if __name__ == "__main__":
    main()
