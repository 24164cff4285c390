"""Makes the reference vectors of training beyond plain AdamW: weights in bfloat16, sequences with weights, self-distillation.

    .venv/bin/python make_training_golden.py

It reads nothing but `make_golden.py`, and like it is seeded and float32 on one thread.
"""

import torch
from safetensors.torch import save_file

from make_golden import HERE, MODELS, SPECIAL, VOCAB, is_norm, lists, rows, tiny_model, write_json

RATE, DECAY, BETA1, BETA2, EPSILON = 1e-3, 0.01, 0.9, 0.999, 1e-8
WEIGHTS = [[2.0, 0.5], [1.0, 0.0], [0.25, 3.0]]


def bfloat16(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.bfloat16).to(torch.float32)


def weighted_loss(model, batch: dict, weights: list[float]) -> torch.Tensor:
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    logprobs = torch.log_softmax(logits[:, :-1], -1)
    taken = logprobs.gather(-1, batch["input_ids"][:, 1:, None])[..., 0]
    kept = batch["loss_mask"][:, 1:].float() * torch.tensor(weights)[:, None]
    return -(taken * kept).sum() / kept.sum()


def adamw(model, loss_of_step, steps: int, round_to) -> tuple[list[float], list[float], dict]:
    """Algorithm 2 of Loshchilov and Hutter written out, so that the whole change of a step can be rounded before it is added."""
    moments = {}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(round_to(parameter))
    losses, norms = [], []
    for step in range(1, steps + 1):
        model.zero_grad()
        loss = loss_of_step(step - 1)
        loss.backward()
        losses.append(float(loss.detach()))
        norms.append(float(torch.sqrt(sum((p.grad.double() ** 2).sum() for p in model.parameters()))))
        with torch.no_grad():
            for name, p in model.named_parameters():
                m, v = moments.get(name, (torch.zeros_like(p), torch.zeros_like(p)))
                m = BETA1 * m + (1 - BETA1) * p.grad
                v = BETA2 * v + (1 - BETA2) * p.grad**2
                moments[name] = (m, v)
                change = -RATE * (m / (1 - BETA1**step)) / (torch.sqrt(v / (1 - BETA2**step)) + EPSILON)
                if not (name.endswith("bias") or is_norm(name)):
                    change = change - RATE * DECAY * p
                p.copy_(round_to(p + round_to(change)))
    return losses, norms, {name: p.detach().contiguous() for name, p in model.named_parameters()}


def pairs(generator: torch.Generator, sizes: list[tuple[int, int, int]]) -> list[dict]:
    """Solutions of random ids behind a prompt; the teacher has more before the prompt."""
    made = []
    for more, prompt, length in sizes:
        ids = torch.randint(len(SPECIAL), VOCAB, (more + prompt + length,), generator=generator).tolist()
        made.append({"student": ids[more:], "teacher": ids, "length": length})
    return made


def top_and_rest(logprobs: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """The log probabilities at these places, and that of all others together."""
    rest = logprobs.exp().scatter(-1, places, 0.0).sum(-1, keepdim=True)
    return torch.cat([logprobs.gather(-1, places), rest.log()], -1)


def divergence(model, batch: list[dict], top: int = 0) -> torch.Tensor:
    """Mean of KL(student || teacher) over the solutions' tokens; the teacher is the same weights without a gradient.

    With `top`, of distributions over the student's most probable tokens and one outcome for all others.
    """
    total, count = torch.zeros(()), 0
    for pair in batch:
        length = pair["length"]
        student = torch.log_softmax(model(input_ids=torch.tensor([pair["student"]])).logits[0, -length - 1 : -1], -1)
        with torch.no_grad():
            teacher = torch.log_softmax(model(input_ids=torch.tensor([pair["teacher"]])).logits[0, -length - 1 : -1], -1)
        if top > 0:
            places = student.topk(top).indices
            student, teacher = top_and_rest(student, places), top_and_rest(teacher, places)
        total = total + (student.exp() * (student - teacher)).sum()
        count += length
    return total / count


def results(losses: list[float], norms: list[float]) -> dict:
    return {"losses": losses, "gradient_norms": norms}


def golden(name: str) -> None:
    config = MODELS[name]
    generator = torch.Generator().manual_seed(11)
    batches = [rows(generator, lengths) for lengths in ([12, 7], [9, 16], [20, 3])]
    pair_batches = [pairs(generator, sizes) for sizes in ([(5, 4, 6), (9, 3, 2)], [(1, 7, 8)], [(12, 2, 5), (3, 5, 9), (7, 6, 1)])]

    model = tiny_model(config)
    weighted = adamw(model, lambda i: weighted_loss(model, batches[i], WEIGHTS[i]), 3, lambda x: x)
    save_file(weighted[2], HERE / f"{name}-adamw-weighted.safetensors")

    model = tiny_model(config)
    rounded = adamw(model, lambda i: weighted_loss(model, batches[i], [1.0, 1.0]), 3, bfloat16)
    save_file({key: p.to(torch.bfloat16).float() for key, p in rounded[2].items()}, HERE / f"{name}-adamw-bfloat16.safetensors")

    model = tiny_model(config)
    distilled = adamw(model, lambda i: divergence(model, pair_batches[i]), 3, lambda x: x)
    save_file(distilled[2], HERE / f"{name}-adamw-distilled.safetensors")

    model = tiny_model(config)
    top = adamw(model, lambda i: divergence(model, pair_batches[i], 5), 3, lambda x: x)

    write_json(
        HERE / f"{name}-engine.json",
        {
            "learning_rate": RATE, "batches": [lists(b) for b in batches], "sequence_weights": WEIGHTS, "pairs": pair_batches,
            "weighted": results(*weighted[:2]), "bfloat16": results(*rounded[:2]), "distilled": results(*distilled[:2]),
            "distilled_top": results(*top[:2]),
        },
        indent=None,
    )  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name in ("codegen-tiny", "qwen2-tiny"):
        golden(name)
