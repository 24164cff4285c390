"""Makes the reference vectors of this folder from PyTorch and transformers. See README.md for what each file is.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_golden.py

Everything is seeded and float32 on one thread, so that a second run writes the same bytes.
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import CodeGenConfig, CodeGenForCausalLM

HERE = Path(__file__).parent
SPECIAL = ["<|endoftext|>", "<|good|>", "<|bad|>", "<|lang_feedback|>", "<|/lang_feedback|>"]
VOCAB = 64
PAD = 0  # <|endoftext|>


def tiny_model() -> CodeGenForCausalLM:
    """Two layers whose every tensor, LayerNorms and biases included, is far from its usual start."""
    config = CodeGenConfig(
        vocab_size=VOCAB, n_positions=64, n_ctx=64, n_embd=32, n_layer=2, n_head=4, rotary_dim=4, n_inner=None,
        activation_function="gelu_new", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, layer_norm_epsilon=1e-5,
        bos_token_id=PAD, eos_token_id=PAD, pad_token_id=PAD, tie_word_embeddings=False,
    )  # fmt: skip
    model = CodeGenForCausalLM(config).float().eval()
    generator = torch.Generator().manual_seed(20240601)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "ln_" in name and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.1 * noise)
            elif "wte" in name:
                parameter.copy_(0.5 * noise)
            else:
                parameter.copy_(noise / math.sqrt(parameter.shape[1]))
    return model


def tiny_tokenizer() -> Tokenizer:
    """One character a token: the special tokens, then newline, space and enough ASCII for small Python programs."""
    characters = "\n abcdefghijklmnopqrstuvwxyz0123456789()[]:,.=+-*/<>'\"_%!#@"
    bytes_to_unicode = {ord("\n"): "Ċ", ord(" "): "Ġ"}
    tokens = SPECIAL + [bytes_to_unicode.get(ord(c), c) for c in characters]
    assert len(tokens) == VOCAB, len(tokens)
    return byte_level(models.BPE({token: id for id, token in enumerate(tokens)}, []))


def byte_level(model: models.BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": SPECIAL[0], "eos_token": SPECIAL[0], "pad_token": SPECIAL[0],
        "unk_token": None, "clean_up_tokenization_spaces": False, "model_max_length": 64,
    }  # fmt: skip
    write_json(folder / "tokenizer_config.json", config)


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


def rows(generator: torch.Generator, lengths: list[int]) -> dict:
    """Random ids, padded on the right, with a mask of the targets that count: a mixture of kept and dropped ones."""
    width = max(lengths)
    input_ids = torch.full((len(lengths), width), PAD)
    attention_mask = torch.zeros_like(input_ids)
    loss_mask = torch.zeros_like(input_ids)
    for row, length in enumerate(lengths):
        input_ids[row, :length] = torch.randint(len(SPECIAL), VOCAB, (length,), generator=generator)
        attention_mask[row, :length] = 1
        loss_mask[row, 1:length] = (torch.rand(length - 1, generator=generator) < 0.75).long()
    return {"input_ids": input_ids, "attention_mask": attention_mask, "loss_mask": loss_mask}


def loss_of(model: CodeGenForCausalLM, batch: dict) -> torch.Tensor:
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    logprobs = torch.log_softmax(logits[:, :-1], -1)
    taken = logprobs.gather(-1, batch["input_ids"][:, 1:, None])[..., 0]
    kept = batch["loss_mask"][:, 1:].float()
    return -(taken * kept).sum() / kept.sum()


def lists(batch: dict) -> dict:
    return {key: value.tolist() for key, value in batch.items()}


def train_three_steps(batches: list[dict], clip: float | None) -> tuple[list[float], list[float], dict]:
    model = tiny_model()
    decay = [p for n, p in model.named_parameters() if not (n.endswith("bias") or "ln_" in n)]
    plain = [p for n, p in model.named_parameters() if n.endswith("bias") or "ln_" in n]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    losses, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), clip if clip is not None else math.inf)))
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses, norms, {name: p.detach().contiguous() for name, p in model.named_parameters()}


def greedy(model: CodeGenForCausalLM, prompt: list[int], count: int) -> list[int]:
    """Without a cache and without stopping; `margin` below guards against ties that float noise could turn."""
    ids = list(prompt)
    for _ in range(count):
        top = model(input_ids=torch.tensor([ids])).logits[0, -1].topk(2)
        assert top.values[0] - top.values[1] > 1e-3, "a tie: choose another prompt"
        ids.append(int(top.indices[0]))
    return ids[len(prompt) :]


def token_logprobs(model: CodeGenForCausalLM, ids: list[int]) -> list[float]:
    logprobs = torch.log_softmax(model(input_ids=torch.tensor([ids])).logits[0], -1)
    return [float(logprobs[t - 1, ids[t]]) for t in range(1, len(ids))]


def codegen_tiny() -> None:
    folder = HERE / "codegen-tiny"
    model = tiny_model()
    model.save_pretrained(folder)
    tokenizer = tiny_tokenizer()
    save_tokenizer(tokenizer, folder)

    generator = torch.Generator().manual_seed(7)
    batches = [rows(generator, lengths) for lengths in ([12, 7], [9, 16], [16, 16])]
    first = batches[0]
    loss = loss_of(model, first)
    loss.backward()
    save_file({name: p.grad for name, p in model.named_parameters()}, HERE / "codegen-tiny-gradients.safetensors")
    with torch.no_grad():
        logits = model(input_ids=first["input_ids"], attention_mask=first["attention_mask"]).logits
        text = "def add(a, b):\n    return a + b\n"
        text_ids = tokenizer.encode(text, add_special_tokens=False).ids
        prompts = [tokenizer.encode(p, add_special_tokens=False).ids for p in ("def f(x):\n", "print(", "[1, 2, 3]\nx = ")]
        continuations = [{"prompt": p, "continuation": greedy(model, p, 40)} for p in prompts]
        golden = {
            **lists(first), "logits": logits.tolist(), "loss": float(loss), "greedy": continuations,
            "scored": {"text": text, "ids": text_ids, "logprobs": token_logprobs(model, text_ids)},
        }  # fmt: skip
    write_json(HERE / "codegen-tiny.json", golden)

    # The gradient norm of these batches is 3.3 to 3.8, so the clip bites at every step.
    training = {"batches": [lists(b) for b in batches], "learning_rate": 1e-3, "betas": [0.9, 0.999], "epsilon": 1e-8, "weight_decay": 0.01}
    for key, clip in (("unclipped", None), ("clipped", 1.0)):
        losses, norms, weights = train_three_steps(batches, clip)
        assert clip is None or min(norms) > clip, norms
        training[key] = {"clip_norm": clip, "losses": losses, "gradient_norms": norms}
        save_file(weights, HERE / f"codegen-tiny-adamw-{key}.safetensors")
    write_json(HERE / "codegen-tiny-training.json", training)


TEXTS = [
    "", " ", "\n", "\t", "\r\n", "def f(x):\n    return x + 1\n", "\tif a:\r\n\t\tpass\r\n", "a  b   c    d", "trailing   ", "\n\n\n",
    "naïve café", "日本語のテキスト", "🙂👩‍👩‍👧‍👦🇨🇭", "e\u0301 vs \u00e9", "\u0000\u0001\u007f", "don't won't we'll I'VE", "x²+y₃=½", "\ufeffBOM", "\u2028line\u2029paragraph\u00a0nbsp",
    "0123456789 12,345.678", 'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nAssertionError\n', "__init__(self, *args, **kwargs) -> None:",
]  # fmt: skip


def byte_tokenizer() -> None:
    """All 256 bytes, a few dozen merges learnt from this very file, runs of spaces as ordinary added tokens as CodeGen has them."""
    tokenizer = byte_level(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=384, special_tokens=SPECIAL, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    corpus = (HERE / "requirements.txt").read_text().splitlines(keepends=True) + [
        "def add(a, b):\n    return a + b\n", "for i in range(10):\n    print(i)\n", "assert add(1, 2) == 3, 'sum'\n",
        'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nAssertionError\n', "日本語 naïve café 🙂\n",
    ] * 4  # fmt: skip
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.add_tokens([AddedToken(" " * count, normalized=False) for count in (8, 4)])
    save_tokenizer(tokenizer, HERE / "tokenizer-bytes")
    encodings = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in TEXTS]
    write_json(HERE / "tokenizer-bytes.json", encodings)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    byte_tokenizer()
    codegen_tiny()
