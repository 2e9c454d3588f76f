"""A model's Markdown as safe HTML: no raw HTML, nothing loaded from elsewhere, links that carry nothing along."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from components.bare_links import bare_links
from components.colouring import coloured
from components.formulas import formulas

LONG = 6_000  # signs of one paragraph; longer ones stay plain, reading hostile ones takes quadratic time
LONGEST = 120_000  # signs of an answer; the rest stays plain
SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
TASK = re.compile(r"\[([ xX])\] ")
AWAY = {"target": "_blank", "rel": "noopener noreferrer nofollow"}
Env = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A run of ordinary blocks."""

    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A block of code; ``html`` is its name and its coloured text."""

    language: str
    source: str
    html: str


Segment = Prose | Code


def segments(markdown: str) -> list[Segment]:
    """Render an answer as prose and the code blocks between."""
    env: Env = {}
    if len(markdown) <= LONGEST:
        return join(parse(markdown, env), env)
    cut = markdown.rfind("\n", 0, LONGEST) + 1 or LONGEST
    rest = f'<div class="o-plain">{escape(markdown[cut:])}</div>'
    return [*join(parse(markdown[:cut], env), env), Prose(html=rest)]


def parse(markdown: str, env: Env) -> list[Token]:
    """Read Markdown; ``env`` learns the link references in it."""
    return PARSER.parse(markdown, env)


def join(tokens: Sequence[Token], env: Env) -> list[Segment]:
    """Render blocks, those that aren't code together."""
    made: list[Segment] = []
    start = 0
    for at, token in enumerate(tokens):
        if token.level == 0 and token.type in ("fence", "code_block"):
            made += _prose(tokens[start:at], env)
            made.append(code_block(token.info, token.content.removesuffix("\n")))
            start = at + 1
    return made + _prose(tokens[start:], env)


def render(tokens: Sequence[Token], env: Env) -> str:
    """Render blocks as HTML."""
    return cast(str, PARSER.renderer.render(tokens, PARSER.options, env))


def code_block(info: str, source: str) -> Code:
    """Colour a block of code by the language its fence names."""
    language = language_of(info)
    html = f'<div class="o-code-name">{escape(language)}</div>{pre(language, source)}'
    return Code(language=language, source=source, html=html)


def language_of(info: str) -> str:
    """Read the language from what stands behind a fence; ``text`` if nothing does."""
    return (info.split() or ["text"])[0].strip("{.}")[:30] or "text"


def pre(language: str, source: str) -> str:
    """Write the code as HTML; keyboards can scroll it."""
    return f'<pre tabindex="0"><code>{coloured(language, source)}</code></pre>'


def _prose(tokens: Sequence[Token], env: Env) -> list[Segment]:
    html = render(tokens, env)
    return [Prose(html=html)] if html else []


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, env: Mapping[str, object]) -> str:
    token = tokens[at]
    source = token.content.removesuffix("\n")
    if env.get("growing") and all(after.nesting < 0 for after in tokens[at + 1 :]):
        block = f'<pre tabindex="0"><code>{escape(source)}</code></pre>'
    else:
        block = pre(language_of(token.info), source)
    name = escape(language_of(token.info))
    return f'<div class="o-code"><div class="o-code-name">{name}</div>{block}</div>'


def _link(render: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Env) -> str:
    tokens[at].attrs.update(AWAY)
    return render.renderToken(tokens, at, options, env)


def _image(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: Env) -> str:
    """Show what a picture shows and lead to it; loading it would tell its owner who reads what."""
    address = str(tokens[at].attrs.get("src", ""))
    words = escape(tokens[at].content.strip() or address)
    inside = sum(token.nesting for token in tokens[:at] if token.type.startswith("link_"))
    if inside:
        return words
    return f'<a href="{escape(address)}" target="{AWAY["target"]}" rel="{AWAY["rel"]}">{words}</a>'


def _inline(state: StateCore) -> None:
    """Read the marks inside paragraphs that are not too long for it."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > LONG:
            token.children = [Token("text", "", 0, content=token.content)]
        elif token.type == "inline":
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _finish(state: StateCore) -> None:
    """Mark tasks as done or open, and align table cells by class."""
    for at, token in enumerate(state.tokens):
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", None)):
            token.attrSet("class", "end" if "right" in str(style) else "center" if "center" in str(style) else "")
        if token.type == "inline" and at > 1 and state.tokens[at - 2].type == "list_item_open":
            _task(token, state.tokens[at - 2])


def _task(inline: Token, item: Token) -> None:
    first = inline.children[0] if inline.children else None
    if first and first.type == "text" and (box := TASK.match(first.content)):
        done = box[1] != " "
        item.attrSet("class", "task")
        first.content = ("☑ " if done else "☐ ") + first.content[box.end() :]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(SAFE.match(url))  # type: ignore[method-assign]  # documented way
    parser.use(formulas)
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.push("bare_links", bare_links)
    parser.core.ruler.push("finish", _finish)
    for name, rule in {"fence": _fence, "code_block": _fence, "link_open": _link, "image": _image}.items():
        parser.add_render_rule(name, rule)
    parser.add_render_rule("table_open", lambda *_: '<div class="scroll"><table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return parser


PARSER = _parser()
