"""Makes the micro model's tokenizer from the shipped corpus and the tracebacks of its programs.

Usage: python3 tools/micro/make-tokenizer.py   (needs tokenizers==0.23.3; writes libs/tasks/micro/base/tokenizer*.json)
"""

import gzip
import json
import sys
import warnings
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

sys.path.insert(0, str(Path(__file__).parents[1] / "base-model"))
from tracebacks import traceback_of  # noqa: E402

VOCAB_SIZE = 768
TRACEBACK_DOCUMENTS = 6000
SPECIAL_TOKENS = ["<|endoftext|>", "<|bad|>", "<|good|>", "<|lang_feedback|>", "<|/lang_feedback|>"]
# Pieces that merges never cross. Every digit stands alone, so that a number the model has not seen is still made of
# tokens it knows. Punctuation takes the white space behind it ("):\n    " is one token), but the docstring's quotes
# do not: a prompt ends with them, and its tokens must be the same whether or not a solution follows.
PIECES = r'"""| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+\s*|\s+'

FOLDER = Path(__file__).parents[2] / "libs/tasks/micro"


def with_first_test(program: str) -> str:
    """The program with the test that its docstring shows run at the end."""
    return program + "\n" + next(line for line in program.split("\n") if line.startswith("assert ")) + "\n"


def main() -> None:
    with gzip.open(FOLDER / "corpus.jsonl.gz", "rt") as file:
        texts = [json.loads(line)["text"] for line in file]
    programs = [text for text in texts if '"""' in text][:TRACEBACK_DOCUMENTS]
    warnings.simplefilter("ignore", SyntaxWarning)
    tracebacks = [text for text in map(traceback_of, map(with_first_test, programs)) if text is not None]

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts + tracebacks, trainer)

    folder = FOLDER / "base"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": SPECIAL_TOKENS[0],
        "eos_token": SPECIAL_TOKENS[0],
        "pad_token": SPECIAL_TOKENS[0],
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1024,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    mean = sum(len(tokenizer.encode(text).ids) for text in texts[:2000]) / 2000
    print(f"{tokenizer.get_vocab_size()} tokens, {mean:.1f} per document")


if __name__ == "__main__":
    main()
