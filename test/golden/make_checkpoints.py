"""Makes the weight files of `checkpoints/` with PyTorch and safetensors. See README.md for what each file is.

    .venv/bin/python make_checkpoints.py
"""

from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent / "checkpoints"


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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    named = tensors()
    torch.save(named, FOLDER / "views.bin")
    torch.save(named, FOLDER / "views-old.bin", _use_new_zipfile_serialization=False)
    save_file({name: tensor.detach().contiguous().clone() for name, tensor in named.items()}, FOLDER / "views.safetensors")


if __name__ == "__main__":
    main()
