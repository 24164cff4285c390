"""Makes `sequences/`: what both modes train on, and the losses they see. See README.md for what each field is.

    .venv/bin/python make_sequence_golden.py

Written from the description of the published system alone; nothing of LETI is read but the tokenizer's file. Strings are
put together and tokenised whole where that system does so, and padded on the left as it pads them.
"""

import shutil
from pathlib import Path

import torch
from transformers import AutoTokenizer, CodeGenConfig, CodeGenForCausalLM

from make_golden import is_norm, write_json

HERE = Path(__file__).parent
FOLDER = HERE / "sequences"
GRID = 128  # lengths are padded to a multiple of it
END, GOOD, BAD = "<|endoftext|>", "<|good|>", "<|bad|>"
BEGIN_FEEDBACK, END_FEEDBACK = "<|lang_feedback|>", "<|/lang_feedback|>"
MAX_TOKENS = {"faithful": 2048, "fixed": 1024}
CUT = 40  # of the second set of sequences

# Prompts end as MBPP's do. The first one's last characters and a solution's first ones have a token in common.
PROBLEMS = [
    {"id": "p/0", "prompt": '"""\nAdd two numbers.\nassert add(1, 2) == 3\n"""', "gold": "def add(a, b):\r\n\treturn a + b"},
    {"id": "p/1", "prompt": '"""\nJoin words .\n"""\ndef join(words):\n    ret', "gold": "    return ' '.join(words)"},
    {"id": "p/2", "prompt": "for i in ra", "gold": "for i in range(3):\n    print(i)\n"},
]
TRACEBACK = 'Traceback (most recent call last):\n  File "<string>", line 5, in <module>\nAssertionError\n'
# Each sample is the pieces that were sampled: their ids are those of the pieces one by one, not of the text. No end: the limit was met.
SAMPLES = [
    (0, ["\ndef add(a, b):\n", "    return a + b\n"], True, True, ""),
    (0, ["\ndef add(a, b):\n    ret", "urn a - b"], True, False, TRACEBACK),
    (0, ['\nprint("a , b . c")', "\nx = ' ' . join(y)"], False, False, TRACEBACK * 4 + "NameError: name 'add' is not defined\n"),
    (0, [], True, False, "process timeout"),
    (1, ["urn ' '", ".join(words)"], True, True, ""),
    (1, ["urn words . n't", " !"], True, False, "  File \"<string>\", line 4\n\n    return words\n\nSyntaxError: naïve 日本 🙂\n"),
    (1, ["u", "r", "n", " ", "w"], False, False, TRACEBACK),
    (1, ["urn <|good|>"], True, False, "ValueError: <|bad|> <|/lang_feedback|>"),
    (2, ["nge(3):\n    print(i)\n"], True, True, ""),
    (2, ["n", "ge(10", "):\n"], False, False, TRACEBACK),
    (2, ["nge(3):\n        return"], True, False, "SyntaxError: 'return' outside function\n"),
    (2, ["nge(10):\n    print(i)\n" * 3], False, True, ""),
]  # fmt: skip


def tiny_model(vocabulary: int) -> CodeGenForCausalLM:
    config = CodeGenConfig(
        vocab_size=vocabulary, n_positions=256, n_ctx=256, n_embd=16, n_layer=2, n_head=4, rotary_dim=4, n_inner=None,
        activation_function="gelu_new", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, layer_norm_epsilon=1e-5,
        bos_token_id=0, eos_token_id=0, pad_token_id=0, tie_word_embeddings=False,
    )  # fmt: skip
    model = CodeGenForCausalLM(config).float().eval()
    generator = torch.Generator().manual_seed(20240602)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            scale = 0.1 if name.endswith("bias") else 0.5 if "wte" in name else 1 / parameter.shape[-1] ** 0.5
            parameter.copy_(1 + 0.2 * noise if is_norm(name) and name.endswith("weight") else scale * noise)
    return model


class Maker:
    def __init__(self) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(HERE / "tokenizer-bytes")
        # Texts hold the special tokens' spellings; those stay characters, which is where LETI leaves the published system in both modes.
        self.plain = AutoTokenizer.from_pretrained(HERE / "tokenizer-bytes", split_special_tokens=True)
        self.ids = {token: self.tokenizer.convert_tokens_to_ids(token) for token in (END, GOOD, BAD, BEGIN_FEEDBACK, END_FEEDBACK)}

    def text(self, text: str) -> list[int]:
        return self.plain.encode(text, add_special_tokens=False)

    def sample(self, problem: int, pieces: list[str], ended: bool, passed: bool, feedback: str, index: int) -> dict:
        ids = [id for piece in pieces for id in self.text(piece)] + ([self.ids[END]] if ended else [])
        decoded = self.tokenizer.decode(ids[:-1] if ended else ids, clean_up_tokenization_spaces=False)
        assert decoded == "".join(pieces), (decoded, pieces)
        return {
            "problem": problem, "sample_index": index % 4, "token_ids": ids, "finish_reason": "eos" if ended else "length",
            "passed": passed, "feedback": feedback, "text": decoded,
            "cleaned_text": self.tokenizer.clean_up_tokenization(decoded),
        }  # fmt: skip

    def faithful(self, prompt: str, sample: dict, max_tokens: int, binary: bool) -> list[int]:
        """One string, in which a tokenizer cuts out the special tokens first; cut on the right, nothing begins or ends it."""
        string = [GOOD if sample["passed"] else BAD]
        if not sample["passed"] and not binary and sample["feedback"]:
            string += [BEGIN_FEEDBACK, sample["feedback"], END_FEEDBACK]
        special = len(string) - 1 if len(string) > 1 else 0
        ids = [id for i, part in enumerate(string) for id in ([self.ids[part]] if i in (0, 1, special) else self.text(part))]
        return (ids + self.text(prompt + sample["cleaned_text"]))[:max_tokens]

    def fixed(self, prompt: str, sample: dict, max_tokens: int, binary: bool) -> list[int]:
        """The sampled ids behind the prompt's own, with end-of-text where it was sampled."""
        ids = [self.ids[GOOD if sample["passed"] else BAD]]
        if not sample["passed"] and not binary and sample["feedback"]:
            ids += [self.ids[BEGIN_FEEDBACK], *self.text(sample["feedback"]), self.ids[END_FEEDBACK]]
        return (ids + self.text(prompt) + sample["token_ids"])[:max_tokens]

    def supervised(self, problem: dict) -> dict:
        whole = problem["prompt"] + "\n" + problem["gold"]
        lf = whole.replace("\r\n", "\n")
        end = self.ids[END]
        return {"faithful": [end, *self.text(whole), end], "fixed": [*self.text(lf), end]}


def token_losses(model: CodeGenForCausalLM, sequences: list[list[int]], left: bool) -> torch.Tensor:
    """-ln p of every token but each sequence's first, one after another; padded on the left to the grid, or on the right."""
    longest = max(map(len, sequences))
    width = -(-longest // GRID) * GRID if left else longest
    ids, mask = torch.zeros(len(sequences), width, dtype=torch.long), torch.zeros(len(sequences), width, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        at = slice(width - len(sequence), width) if left else slice(0, len(sequence))
        ids[row, at], mask[row, at] = torch.tensor(sequence), 1
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    logits = model(input_ids=ids, attention_mask=mask, position_ids=positions).logits
    logprobs = torch.log_softmax(logits[:, :-1], -1).gather(-1, ids[:, 1:, None])[..., 0]
    # A target counts where it is a token, by the mask and not by its id, and where a token stands before it.
    return -logprobs[(mask[:, 1:] * mask[:, :-1]).bool()]


def batch_loss(model: CodeGenForCausalLM, sequences: list[list[int]], left: bool, first_token: int | None) -> torch.Tensor:
    """The mean over all targets of the batch; `first_token` adds each first token, from a lone token of that id."""
    losses = [token_losses(model, sequences, left)]
    if first_token is not None:
        losses.append(token_losses(model, [[first_token, sequence[0]] for sequence in sequences], False))
    return torch.cat(losses).mean()


def to_bfloat16(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.bfloat16().float()


def train(model: CodeGenForCausalLM, batches: list[list[list[int]]], left: bool, first_token: int | None, clip: float | None, half_weights: bool) -> list[float]:
    """AdamW by its formula, one step a batch; the loss before each step. `half_weights` keeps weights in bfloat16 alone."""
    rate, decay, beta1, beta2, epsilon = 1e-3, 0.01, 0.9, 0.999, 1e-8
    named = dict(model.named_parameters())
    moments = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in named.items()}
    losses = []
    with torch.no_grad():
        for p in named.values():
            p.copy_(to_bfloat16(p) if half_weights else p)
    for step, batch in enumerate(batches, 1):
        model.zero_grad()
        loss = batch_loss(model, batch, left, first_token)
        loss.backward()
        losses.append(float(loss.detach()))
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        with torch.no_grad():
            for name, p in named.items():
                m, v = moments[name]
                m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                update = (m / (1 - beta1**step)) / ((v / (1 - beta2**step)).sqrt() + epsilon)
                decayed = not (name.endswith("bias") or is_norm(name))
                update = -rate * (update + (decay * p if decayed else 0))
                p.copy_(to_bfloat16(p + to_bfloat16(update)) if half_weights else p + update)
    return losses


DOCUMENTS = [f"def f{i}(x):\n    return x + {i}\n" * (1 + i % 3) for i in range(11)]
GROUP, BLOCK, BATCH = 3, 16, 2


def blocks(maker: Maker) -> list[list[int]]:
    """Documents joined, a group at a time, with nothing between them; cut; remainders dropped; whole batches only."""
    cut = []
    for start in range(0, len(DOCUMENTS), GROUP):
        ids = [id for document in DOCUMENTS[start : start + GROUP] for id in maker.text(document)]
        cut += [ids[at : at + BLOCK] for at in range(0, len(ids) - BLOCK + 1, BLOCK)]
    return cut[: len(cut) // BATCH * BATCH]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    maker = Maker()
    model = tiny_model(len(maker.tokenizer))
    model.save_pretrained(FOLDER / "model")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(HERE / "tokenizer-bytes" / name, FOLDER / "model" / name)
    start = {name: p.detach().clone() for name, p in model.named_parameters()}

    def restart() -> CodeGenForCausalLM:
        with torch.no_grad():
            for name, p in model.named_parameters():
                p.copy_(start[name])
        return model

    samples = [maker.sample(*sample, index) for index, sample in enumerate(SAMPLES)]
    modes: dict = {}
    for mode, build in (("faithful", maker.faithful), ("fixed", maker.fixed)):
        def all_of(max_tokens: int, binary: bool) -> list[list[int]]:
            return [build(PROBLEMS[s["problem"]]["prompt"], s, max_tokens, binary) for s in samples]

        modes[mode] = {
            "sequences": all_of(MAX_TOKENS[mode], False),
            "cut_sequences": all_of(CUT, False),
            "binary_sequences": all_of(MAX_TOKENS[mode], True),
        }
    whole = {mode: modes[mode]["sequences"] for mode in modes}
    assert any(a != b[: len(a)] for a, b in zip(whole["faithful"], whole["fixed"])), "want a merge across a seam"
    assert max(len(s) for both in whole.values() for s in both) > GRID, "want a batch that is padded to two grid steps"

    # One problem a batch, shortest prompts first by the grid and then as they come; and three batches that mix problems.
    batches = {"faithful": [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]], "fixed": [[0, 7, 10, 5], [8, 2, 4, 9], [11, 1, 6, 3]]}
    settings = {"faithful": (True, maker.ids[END], None), "fixed": (False, None, 1.0)}
    for mode, (left, first_token, clip) in settings.items():
        of = [[whole[mode][i] for i in batch] for batch in batches[mode]]
        modes[mode]["batches"] = batches[mode]
        modes[mode]["losses"] = train(restart(), of, left, first_token, clip, False)
        with torch.no_grad():
            modes[mode]["losses_without_first_token"] = [float(batch_loss(restart(), b, left, None)) for b in of]
    faithful = [[whole["faithful"][i] for i in batch] for batch in batches["faithful"]]
    modes["faithful"]["bfloat16_losses"] = train(restart(), faithful, True, maker.ids[END], None, True)

    pretraining = {"documents": DOCUMENTS, "group": GROUP, "block": BLOCK, "batch": BATCH, "blocks": blocks(maker)}
    golden = {
        "problems": [{**p, "supervised": maker.supervised(p)} for p in PROBLEMS], "samples": samples, "max_tokens": MAX_TOKENS, "cut": CUT,
        "learning_rate": 1e-3, "weight_decay": 0.01, "clip_norm": 1.0, "pretraining": pretraining, **modes,
    }  # fmt: skip
    write_json(FOLDER / "sequences.json", golden, indent=None)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    main()
