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
from transformers import (
    CodeGenConfig, CodeGenForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedConfig, PreTrainedModel, Qwen2Config, Qwen2ForCausalLM,
)  # fmt: skip
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

HERE = Path(__file__).parent
SPECIAL = ["<|endoftext|>", "<|good|>", "<|bad|>", "<|lang_feedback|>", "<|/lang_feedback|>"]
VOCAB = 64
PAD = 0  # <|endoftext|>


COMMON = {"vocab_size": VOCAB, "bos_token_id": PAD, "eos_token_id": PAD, "pad_token_id": PAD}
LLAMA = {**COMMON, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "max_position_embeddings": 64, "attention_dropout": 0.0}

# One small model of each family, chosen so that together they use every option that we compute.
MODELS: dict[str, PreTrainedConfig] = {
    "codegen-tiny": CodeGenConfig(
        **COMMON, n_positions=64, n_ctx=64, n_embd=32, n_layer=2, n_head=4, rotary_dim=4, n_inner=None,
        activation_function="gelu_new", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, layer_norm_epsilon=1e-5, tie_word_embeddings=False,
    ),
    # As Llama 3: two query heads for each of two heads of keys and values, a head width that is not D / H, stretched rotation,
    # several ids that end a text.
    "llama-tiny": LlamaConfig(
        **{**LLAMA, "eos_token_id": [PAD, 3]}, num_attention_heads=4, num_key_value_heads=2, head_dim=8, rms_norm_eps=1e-5, tie_word_embeddings=False,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 32,
        },
    ),
    # As Qwen2.5-Coder: biases on queries, keys and values, the head tied to the embedding, YaRN.
    "qwen2-tiny": Qwen2Config(
        **LLAMA, num_attention_heads=4, num_key_value_heads=1, rms_norm_eps=1e-6, tie_word_embeddings=True, use_sliding_window=False,
        rope_parameters={"rope_type": "yarn", "rope_theta": 1000.0, "factor": 4.0, "original_max_position_embeddings": 16},
    ),
    # As SmolLM2: three query heads for one of keys and values, tied, plain rotation.
    "smollm2-tiny": LlamaConfig(
        **LLAMA, num_attention_heads=3, num_key_value_heads=1, rms_norm_eps=1e-5, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    ),
    # As DeepSeek-Coder: as many heads of keys and values as of queries, positions divided by four.
    "deepseek-tiny": LlamaConfig(
        **LLAMA, num_attention_heads=4, num_key_value_heads=4, rms_norm_eps=1e-6, tie_word_embeddings=False,
        rope_parameters={"rope_type": "linear", "rope_theta": 100000.0, "factor": 4.0},
    ),
}  # fmt: skip
CLASSES = {CodeGenConfig: CodeGenForCausalLM, LlamaConfig: LlamaForCausalLM, Qwen2Config: Qwen2ForCausalLM}


def is_norm(name: str) -> bool:
    return "ln_" in name or "norm" in name


def tiny_model(config: PreTrainedConfig) -> PreTrainedModel:
    """Two layers whose every tensor, norms and biases included, is far from its usual start."""
    model = CLASSES[type(config)](config).float().eval()
    generator = torch.Generator().manual_seed(20240601)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if is_norm(name) and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.1 * noise)
            elif "wte" in name or "embed_tokens" in name:
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


def write_json(path: Path, value: object, indent: int | None = 1) -> None:
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=True) + "\n")


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


def loss_of(model: PreTrainedModel, batch: dict) -> torch.Tensor:
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    logprobs = torch.log_softmax(logits[:, :-1], -1)
    taken = logprobs.gather(-1, batch["input_ids"][:, 1:, None])[..., 0]
    kept = batch["loss_mask"][:, 1:].float()
    return -(taken * kept).sum() / kept.sum()


def lists(batch: dict) -> dict:
    return {key: value.tolist() for key, value in batch.items()}


def train(config: PreTrainedConfig, batches: list[dict], clip: float | None) -> tuple[list[float], list[float], dict]:
    model = tiny_model(config)
    plain = {n: p for n, p in model.named_parameters() if n.endswith("bias") or is_norm(n)}
    decay = [p for n, p in model.named_parameters() if n not in plain]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": list(plain.values()), "weight_decay": 0.0}]
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


def greedy(model: PreTrainedModel, prompt: list[int], count: int) -> list[int] | None:
    """Without a cache and without stopping. None where two best logits are ever so close that rounding could turn them."""
    ids = list(prompt)
    for _ in range(count):
        top = model(input_ids=torch.tensor([ids])).logits[0, -1].topk(2)
        if top.values[0] - top.values[1] < 1e-3:
            return None
        ids.append(int(top.indices[0]))
    return ids[len(prompt) :]


def token_logprobs(model: PreTrainedModel, ids: list[int]) -> list[float]:
    logprobs = torch.log_softmax(model(input_ids=torch.tensor([ids])).logits[0], -1)
    return [float(logprobs[t - 1, ids[t]]) for t in range(1, len(ids))]


def left_padded(model: PreTrainedModel, batch: dict) -> dict:
    """The batch's last row with its padding moved to the left, and what the model says of it."""
    count = int(batch["attention_mask"][-1].sum())
    ids = batch["input_ids"][-1].roll(-count)[None]
    mask = batch["attention_mask"][-1].roll(-count)[None]
    logits = model(input_ids=ids, attention_mask=mask, position_ids=(mask.cumsum(-1) - 1).clamp(min=0)).logits
    return {"input_ids": ids.tolist(), "attention_mask": mask.tolist(), "logits": logits.tolist()}


def tiny(name: str, config: PreTrainedConfig) -> None:
    folder = HERE / name
    model = tiny_model(config)
    model.save_pretrained(folder)
    tokenizer = tiny_tokenizer()
    save_tokenizer(tokenizer, folder)

    generator = torch.Generator().manual_seed(7)
    batches = [rows(generator, lengths) for lengths in ([12, 7], [9, 16], [16, 16], [20, 3], [11, 18])]
    first = batches[0]
    loss = loss_of(model, first)
    loss.backward()
    save_file({name: p.grad for name, p in model.named_parameters()}, HERE / f"{name}-gradients.safetensors")
    with torch.no_grad():
        logits = model(input_ids=first["input_ids"], attention_mask=first["attention_mask"]).logits
        text = "def add(a, b):\n    return a + b\n"
        text_ids = tokenizer.encode(text, add_special_tokens=False).ids
        prompts = [tokenizer.encode(p, add_special_tokens=False).ids for p in PROMPTS]
        continuations = [{"prompt": p, "continuation": greedy(model, p, 40)} for p in prompts]
        clear = [c for c in continuations if c["continuation"] is not None][:3]
        assert len(clear) == 3, "too many ties: add prompts"
        golden = {
            **lists(first), "logits": logits.tolist(), "left_padded": left_padded(model, first), "loss": float(loss), "greedy": clear,
            "scored": {"text": text, "ids": text_ids, "logprobs": token_logprobs(model, text_ids)},
        }  # fmt: skip
    write_json(HERE / f"{name}.json", golden, indent=None)

    # The gradient norms of these batches are above 1, so the clip bites at every step.
    training = {"batches": [lists(b) for b in batches], "learning_rate": 1e-3, "betas": [0.9, 0.999], "epsilon": 1e-8, "weight_decay": 0.01}
    for key, clip in (("unclipped", None), ("clipped", 1.0)):
        losses, norms, weights = train(config, batches, clip)
        assert clip is None or min(norms) > clip, norms
        training[key] = {"clip_norm": clip, "losses": losses, "gradient_norms": norms}
        save_file(weights, HERE / f"{name}-adamw-{key}.safetensors")
    write_json(HERE / f"{name}-training.json", training, indent=None)


PROMPTS = ("def f(x):\n", "print(", "[1, 2, 3]\nx = ", "while a > b:", "return", "for i in x:\n")

# Rotations of a head of 16 dims, as config.json of old and new files writes them.
ROTARY = [
    {"rope_theta": 10000.0},
    {"rope_theta": 1000000.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
    {"rope_theta": 10000.0, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}},
    {"rope_parameters": {"rope_type": "linear", "rope_theta": 5000.0, "factor": 2.5}},
    {"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}},
    {"rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 2.0, "original_max_position_embeddings": 128}},
    {"rope_theta": 1000000.0, "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}},
    {"rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 8.0, "original_max_position_embeddings": 64, "beta_fast": 8, "beta_slow": 2, "truncate": False}},
    {"rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 40.0, "original_max_position_embeddings": 4096, "mscale": 1.0, "mscale_all_dim": 0.707}},
    {"rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 4096, "attention_factor": 1.5}},
]  # fmt: skip


def rotary_frequencies() -> None:
    cases = []
    for fields in ROTARY:
        config = LlamaConfig(**COMMON, hidden_size=32, num_attention_heads=2, intermediate_size=8, max_position_embeddings=131072, **json.loads(json.dumps(fields)))
        kind = config.rope_parameters["rope_type"]
        compute = ROPE_INIT_FUNCTIONS.get(kind) or LlamaForCausalLM(config).model.rotary_emb.compute_default_rope_parameters
        frequencies, attention_factor = compute(config)
        cases.append({"fields": fields, "frequencies": frequencies.tolist(), "attention_factor": attention_factor})
    write_json(HERE / "rotary-frequencies.json", cases)


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
    rotary_frequencies()
    for name, config in MODELS.items():
        tiny(name, config)
