"""A language model of random weights, small enough to be made on the spot and always the same.

It answers with a salad of real words, some of them not ASCII, and ends by itself now and then.
"""

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

CONTEXT = 2048
WIDTH, LAYERS, HEADS, INNER = 64, 2, 4, 128
VOCABULARY = """apple river window quiet morning train paper garden seven letter bridge cloud music winter table honest
summer narrow street candle orange travel silver under between answer mountain slowly bright water kitchen island
remember little forest yellow always corner open story never gentle market promise shadow circle evening follow
across harbour season simple dance pocket village thunder copper listen meadow feather almost stranger ocean
bread stone winter early lantern green path circus whisper velvet engine north copper ribbon travel puzzle
and or with from into over the a of to is was will can
café naïve Straße señor déjà œuvre žluťoučký привет мир σοφία שלום سلام 你好 世界 日本語 안녕 🙂 🚀"""
WORDS = tuple(dict.fromkeys(VOCABULARY.split()))
CONTROL = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")
END = CONTROL.index("<|im_end|>")
WORD_WEIGHT, END_WEIGHT, OTHER_WEIGHT = 0.2, 0.3, 0.001
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_tiny_model(path: Path, *, seed: int = 11) -> Path:
    """Write the model to ``path`` (about 0.5 MB) and return it."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny random words")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_chat_template(TEMPLATE)
    _add_vocabulary(writer)
    _add_weights(writer, np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _vocabulary() -> list[tuple[str, float, gguf.TokenType]]:
    """Return every token with its score and kind: control, words, single characters, and bytes for all the rest."""
    control = [(text, 0.0, gguf.TokenType.CONTROL) for text in CONTROL]
    words = [("\u2581" + word, -1.0 - rank, gguf.TokenType.NORMAL) for rank, word in enumerate(WORDS)]
    letters = ["\u2581", *map(chr, range(ord("!"), ord("~") + 1))]
    characters = [(text, -1000.0 - rank, gguf.TokenType.NORMAL) for rank, text in enumerate(letters)]
    numbers = [(f"<0x{value:02X}>", -2000.0, gguf.TokenType.BYTE) for value in range(256)]
    return control + words + characters + numbers


def _add_vocabulary(writer: gguf.GGUFWriter) -> None:
    texts, scores, kinds = zip(*_vocabulary(), strict=True)
    writer.add_vocab_size(len(texts))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(texts)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(True)


def _add_weights(writer: gguf.GGUFWriter, random: np.random.Generator) -> None:
    def matrix(rows: int, columns: int, scale: float = 0.3) -> NDArray[np.float32]:
        return random.normal(0, scale, (rows, columns)).astype(np.float32)

    ones = np.ones(WIDTH, np.float32)
    size = len(_vocabulary())
    tokens, head = matrix(size, WIDTH, 1.0), matrix(size, WIDTH, 1.0)
    tokens[size - 256 + ord("\n")] = -1.5 * head[END]  # the prompt ends with a line feed: no answer is empty
    writer.add_tensor("token_embd.weight", tokens)
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", _head(head))
    for block in (f"blk.{index}." for index in range(LAYERS)):
        writer.add_tensor(f"{block}attn_norm.weight", ones)
        writer.add_tensor(f"{block}ffn_norm.weight", ones)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"{block}{part}.weight", matrix(WIDTH, WIDTH))
        for part in ("ffn_gate", "ffn_up"):
            writer.add_tensor(f"{block}{part}.weight", matrix(INNER, WIDTH))
        writer.add_tensor(f"{block}ffn_down.weight", matrix(WIDTH, INNER))


def _head(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the output weights with whole words and the end likely, lone bytes and control tokens next to never."""
    words = slice(len(CONTROL), len(CONTROL) + len(WORDS))
    factors = np.full((len(weights), 1), OTHER_WEIGHT, np.float32)
    factors[words] = WORD_WEIGHT
    factors[END] = END_WEIGHT
    return weights * factors
