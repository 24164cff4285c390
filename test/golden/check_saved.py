"""Loads checkpoints that LETI has saved with transformers, compares every number, and records the digests of those that passed.

    node -e "import('../../libs/checkpoint/src/testing/saved-cases.ts').then((m) => m.writeSavedCases('/tmp/saved'))"
    .venv/bin/python check_saved.py /tmp/saved
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = Path(__file__).parent
TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "sharded": torch.float32, "imported": torch.bfloat16}
LETI = ["<|bad|>", "<|good|>", "<|lang_feedback|>", "<|/lang_feedback|>"]
DIGESTED = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]


def digest(folder: Path) -> str:
    names = sorted([name for name in DIGESTED if (folder / name).exists()] + [path.name for path in folder.glob("model*")])
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


def check(folder: Path) -> None:
    golden, _, kind = folder.name.rpartition("-")
    dtype = TYPES[kind]
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype="auto", output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    assert model.dtype == dtype, (model.dtype, dtype)
    expected = load_file(HERE / golden / "model.safetensors")
    state = model.state_dict()
    rows = AutoModelForCausalLM.from_pretrained(HERE / golden).config.vocab_size
    for name, reference in expected.items():
        got = state[name]
        rounded = reference.to(dtype)
        if kind == "imported" and got.shape != rounded.shape:
            assert got.shape[0] == rows + 4 and model.config.vocab_size == rows + 4
            mean = reference.double().mean(0).float().to(dtype)
            assert all(torch.equal(row, mean) for row in got[rows:]), name
            got = got[:rows]
        assert got.dtype == dtype and torch.equal(got.view(torch.uint8), rounded.view(torch.uint8)), name
    assert len(expected) == len(state) - (1 if model.config.tie_word_embeddings else 0), (len(expected), len(state))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = [tokenizer.encode(token, add_special_tokens=False) for token in LETI]
    first = rows if kind == "imported" else None
    assert ids == ([[first + i] for i in range(4)] if kind == "imported" else [[2], [1], [3], [4]]), ids
    with torch.no_grad():
        assert torch.isfinite(model(torch.tensor([[i for [i] in ids]])).logits).all()


def main() -> None:
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    digests = {}
    for folder in folders:
        check(folder)
        digests[folder.name] = digest(folder)
        print(folder.name, "loaded bit for bit")
    (HERE / "checkpoints" / "saved.json").write_text(json.dumps(digests, indent=1) + "\n")


if __name__ == "__main__":
    main()
