"""A language model of a few thousand weights as a GGUF file, which transformers and llama.cpp both load."""

from pathlib import Path
from typing import Any

CHAT = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
WIDE, HEADS, KEY_HEADS, LAYERS, INNER, CONTEXT = 64, 4, 2, 2, 96, 4096
"""Size of a layer, its attention heads, those of its keys and values, layers, size inside of a layer, tokens."""


def byte_symbols() -> list[str]:
    """The symbol of every byte in a byte-level vocabulary, as GPT-2 chose them: none is blank or a control."""
    kept = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in kept]
    symbols = {byte: chr(byte) for byte in kept} | {byte: chr(256 + place) for place, byte in enumerate(others)}
    return [symbols[byte] for byte in range(256)]


def write_tiny(
    file: Path, architecture: str = "llama", *, seed: int = 0, tied: bool = True, table: bool = False
) -> Path:
    """Write it with random weights, and give its path.

    Args:
        file: Where to.
        architecture: `llama` or `qwen2`, which has biases.
        seed: Of the weights.
        tied: Read and write with the same embedding.
        table: Add a table of rotation factors, as newer Llamas have it.
    """
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(file, architecture)
    symbols = byte_symbols()
    merges = [("t", "h"), ("i", "n"), ("e", "r")]
    tokens = [*SPECIAL, *symbols, *("".join(pair) for pair in merges)]
    kinds = [gguf.TokenType.CONTROL] * len(SPECIAL) + [gguf.TokenType.NORMAL] * (len(tokens) - len(SPECIAL))
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(WIDE)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(WIDE // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm" if architecture == "llama" else "qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT)
    random = np.random.default_rng(seed)
    for name, shape in shapes(architecture, len(tokens), tied=tied).items():
        values: Any = random.normal(0, 0.08, shape).astype(np.float32)
        writer.add_tensor(name, values + 1 if "norm" in name else values)
    if table:
        writer.add_tensor("rope_freqs.weight", np.linspace(1, 8, WIDE // HEADS // 2, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def shapes(architecture: str, words: int, *, tied: bool) -> dict[str, tuple[int, ...]]:
    """The tensors, rows first."""
    small = WIDE // HEADS * KEY_HEADS
    found: dict[str, tuple[int, ...]] = {"token_embd.weight": (words, WIDE), "output_norm.weight": (WIDE,)}
    if not tied:
        found["output.weight"] = (words, WIDE)
    for layer in range(LAYERS):
        sizes = {"attn_norm": (WIDE,), "ffn_norm": (WIDE,), "attn_output": (WIDE, WIDE)}
        sizes |= {"attn_q": (WIDE, WIDE), "attn_k": (small, WIDE), "attn_v": (small, WIDE)}
        sizes |= {"ffn_gate": (INNER, WIDE), "ffn_up": (INNER, WIDE), "ffn_down": (WIDE, INNER)}
        found |= {f"blk.{layer}.{name}.weight": size for name, size in sizes.items()}
        if architecture == "qwen2":
            found |= {f"blk.{layer}.{name}.bias": sizes[name][:1] for name in ("attn_q", "attn_k", "attn_v")}
    return found
