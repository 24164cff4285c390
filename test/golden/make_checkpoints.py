"""Makes the weight files of `checkpoints/` with PyTorch and safetensors. See README.md for what each file is.

    .venv/bin/python make_checkpoints.py
"""

import json
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
FOLDER = HERE / "checkpoints"


def tensors() -> OrderedDict:
    """Views of every kind that a state dict holds: dense, strided, shared, cut out of more, of one number, of none."""
    generator = torch.Generator().manual_seed(7)
    wide = torch.randn(6, 8, generator=generator)
    half = torch.randn(5, 3, generator=generator).half()
    half[0] = torch.tensor([65504.0, -(2.0**-24), -0.0])
    rows = torch.randn(4, 2, 3, generator=generator).bfloat16()
    named = OrderedDict(
        dense=wide,
        parameter=torch.nn.Parameter(wide[1:3]),
        transposed=wide.t(),
        columns=wide[:, 2:5],
        half=half,
        half_transposed=half.t(),
        bfloat=rows,
        permuted=rows.permute(2, 0, 1),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 4),
        single=wide[:1, :1],
        mask=torch.ones(3, 3).tril().bool(),
        position=torch.tensor(3),
    )
    named._metadata = OrderedDict({"": {"version": 1}})
    return named


def codegen_bin() -> None:
    """As CodeGen was published: halves, with each layer's causal mask beside them."""
    state = {name: tensor.half() for name, tensor in load_file(HERE / "codegen-tiny" / "model.safetensors").items()}
    for layer in range(2):
        state[f"transformer.h.{layer}.attn.causal_mask"] = torch.ones(1, 1, 64, 64).tril().bool()
    torch.save(OrderedDict(sorted(state.items())), FOLDER / "codegen-tiny.bin")


def llama_shards() -> None:
    """A sharded model of the Llama shape; its q_proj is stored as a transposed view."""
    state = {name: tensor.bfloat16() for name, tensor in load_file(HERE / "llama-tiny" / "model.safetensors").items()}
    name = "model.layers.0.self_attn.q_proj.weight"
    state[name] = state[name].t().contiguous().t()
    names = sorted(state)
    folder = FOLDER / "llama-tiny-shards"
    folder.mkdir(exist_ok=True)
    shards = {f"pytorch_model-0000{i + 1}-of-00002.bin": names[i::2] for i in range(2)}
    for file, part in shards.items():
        torch.save(OrderedDict((name, state[name]) for name in part), folder / file)
    index = {"metadata": {}, "weight_map": {name: file for file, part in shards.items() for name in part}}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    codegen_bin()
    llama_shards()
    named = tensors()
    torch.save(named, FOLDER / "views.bin")
    torch.save(named, FOLDER / "views-old.bin", _use_new_zipfile_serialization=False)
    save_file({name: tensor.detach().contiguous().clone() for name, tensor in named.items()}, FOLDER / "views.safetensors")


if __name__ == "__main__":
    main()
