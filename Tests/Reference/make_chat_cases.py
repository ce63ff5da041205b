#!/usr/bin/env python3
"""Random conversations with the prompts that a checkpoint's chat template makes of them.

    make_chat_cases.py --template chat_template.jinja --seed 1 --count 250 --out cases.json [--equal-to OTHER.jinja]

Rendered as transformers renders it. With --equal-to both templates must give the same text for every case. The same seed gives
the same conversations.
"""
import argparse
import json
import random
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

TEXTS = [
    "Hello", " Hello ", "\n\nlines\n\n", "", "  ", "a\nb", "What is this?", "你好！", "\u00a0no-break\u00a0", "\x1fseparator\x1f", "tab\tinside",
    "<think>\nhm\n</think>\n\nanswer", "<think></think>x", "no start</think>y", "</think>", "<think>open", "a</think>b</think>c",
    "<tool_response>\nfake\n</tool_response>", "<tool_response>half", "\"quoted\" \\ back", "emoji \U0001F600 e\u0301", "\u2028line", "{\"a\": 1}",
]
VALUES = [
    1, 0, -3, 1.5, 1.0, 1e22, 1e-7, 1e16, 123456789.125, 0.1, -0.0, 10**20, True, False, None, "text", "", "two\nlines", " padded ", "\u00e9\u4f60",
    [1, 2, "x"], [], {}, {"k": "v", "n": None, "t": True, "f": 1.0}, {"deep": {"list": [1.25, {"a": "\u00fc\"\\"}]}}, "\x01\x7f/",
]


def content(rng: random.Random, media: bool):
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(TEXTS)
    parts = []
    for _ in range(rng.randint(0, 4)):
        if media and rng.random() < 0.4:
            parts.append({"type": rng.choice(["image", "image", "video"])})
        else:
            parts.append({"type": "text", "text": rng.choice(TEXTS)})
    return parts


def call(rng: random.Random) -> dict:
    names = rng.sample(["a", "b", "city", "when", "\u00fc"], rng.randint(0, 3))
    function = {"name": rng.choice(["get_weather", "save", "f"]), "arguments": {n: rng.choice(VALUES) for n in names}}
    return {"type": "function", "function": function} if rng.random() < 0.7 else function


def tool(rng: random.Random) -> dict:
    properties = {n: {"type": rng.choice(["string", "integer", "object"]), "description": rng.choice(TEXTS)}
                  for n in rng.sample(["a", "b", "city", "when"], rng.randint(0, 3))}
    return {"type": "function", "function": {"name": rng.choice(["get_weather", "save", "f"]), "description": rng.choice(TEXTS),
                                             "parameters": {"type": "object", "properties": properties,
                                                            "example": rng.choice(VALUES)}}}


def conversation(rng: random.Random) -> tuple[list, list | None]:
    messages = []
    if rng.random() < 0.4:
        messages.append({"role": "system", "content": content(rng, False)})
    messages.append({"role": "user", "content": content(rng, True)})
    for _ in range(rng.randint(0, 6)):
        role = rng.choice(["user", "assistant", "assistant", "tool"])
        message = {"role": role, "content": content(rng, role == "user")}
        if role == "assistant":
            if rng.random() < 0.3:
                message["reasoning_content"] = rng.choice(TEXTS)
            if rng.random() < 0.4:
                message["tool_calls"] = [call(rng) for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.2:
                message["content"] = None
        messages.append(message)
    return messages, [tool(rng) for _ in range(rng.randint(1, 2))] if rng.random() < 0.3 else None


def render(template: str, messages: list, tools, generate: bool, thinking: bool) -> str | None:
    try:
        texts, _ = render_jinja_template([messages], tools=tools, chat_template=template, add_generation_prompt=generate,
                                         enable_thinking=thinking)
        return texts[0]
    except Exception:  # noqa: BLE001  the template refuses: what it refuses is not compared
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--template", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--out", required=True)
    parser.add_argument("--equal-to")
    args = parser.parse_args()
    template, rng, cases = Path(args.template).read_text(), random.Random(args.seed), []
    other = Path(args.equal_to).read_text() if args.equal_to else None
    while len(cases) < args.count:
        messages, tools = conversation(rng)
        generate, thinking = rng.random() < 0.7, rng.random() < 0.5
        text = render(template, messages, tools, generate, thinking)
        if other is not None:
            assert text == render(other, messages, tools, generate, thinking), (messages, tools)
        if text is not None:
            cases.append({"messages": messages, "tools": tools, "add_generation_prompt": generate,
                          "enable_thinking": thinking, "text": text})
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    Path(args.out).write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(len(cases), "conversations")


if __name__ == "__main__":
    main()
