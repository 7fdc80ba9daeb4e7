"""Makes the tokenizer fixtures of this folder with Hugging Face's libraries.

words.json   a word-level tokenizer as WordTokenizer writes it: run WordTokenizerTest, which says
             so if Java would write another one
bpe.json     a byte-level BPE of a few merges, built like Pythia's
*-expected.json   what `tokenizers` makes of some texts

Run from this folder: python make_fixtures.py (needs tokenizers and transformers)
"""

import json

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

TEXTS = {
    "words": [
        " Ann Lee Ash was born on May 28, 1952. Ann's birthplace is Elk Grove, CA.",
        "What is the birth date of Ann Lee Ash?\nAnswer: May 28, 1952<|endoftext|>",
        "May\t28 ,\u00a01952 .\u2028Ann 's",
        "28,1952",
        "",
    ],
    "bpe": [
        " Ann was born on May 28, 1952.",
        "What is the birth date of Ann?\nAnswer:",
        " May 28, 1952<|endoftext|>",
        "Zoë born",
        "",
    ],
}


def train_bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(TEXTS["bpe"][:3] * 3, trainer)
    tokenizer.save("bpe.json", pretty=False)


def expect(name):
    tokenizer = Tokenizer.from_file(name + ".json")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", clean_up_tokenization_spaces=False
    )
    lines = []
    for text in TEXTS[name]:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        assert fast(text, add_special_tokens=False)["input_ids"] == ids
        decoded = tokenizer.decode(ids, skip_special_tokens=True)
        assert fast.decode(ids, skip_special_tokens=True) == decoded
        lines.append({"text": text, "ids": ids, "decoded": decoded})
    with open(name + "-expected.json", "w") as out:
        json.dump(lines, out, indent=1)
        out.write("\n")


train_bpe()
expect("words")
expect("bpe")
