"""TeX in answers: where a formula begins and ends, and its safe MathML."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

LONGEST = 2_000  # signs; no honest formula is longer, and converting takes time that grows faster than the text
LINES = 60
DEFINES = re.compile(r"\\(?:re|provide)?new?command|\\[egx]?def\b|\\let\b|\\DeclareMathOperator")
TAGS = frozenset(
    [
        "math",
        "menclose",
        "mfrac",
        "mi",
        "mlabeledtr",
        "mmultiscripts",
        "mn",
        "mo",
        "mover",
        "mpadded",
        "mphantom",
        "mprescripts",
        "mroot",
        "mrow",
        "ms",
        "mspace",
        "msqrt",
        "mstyle",
        "msub",
        "msubsup",
        "msup",
        "mtable",
        "mtd",
        "mtext",
        "mtr",
        "munder",
        "munderover",
        "none",
    ]
)
ATTRIBUTES = frozenset(
    [
        "accent",
        "accentunder",
        "columnalign",
        "columnlines",
        "columnspacing",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linebreak",
        "linethickness",
        "lspace",
        "mathsize",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowlines",
        "rowspacing",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    ]
)
TROUBLES: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type)),
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
)


def formulas(parser: MarkdownIt) -> None:
    r"""Teach a parser ``$a$``, ``$$a$$``, ``\(a\)`` and ``\[a\]``."""
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _math)
    parser.inline.ruler.before("escape", "math_brackets", _inline)
    parser.block.ruler.before(
        "paragraph", "math_brackets", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


@lru_cache(512)
def mathml(tex: str, *, display: bool) -> str:
    """Typeset a formula; one that can't be read is shown as it was written."""
    if len(tex) <= LONGEST and not DEFINES.search(tex):
        try:
            return _write(convert_to_element(tex.strip(), display="block" if display else "inline"))
        except TROUBLES:
            pass
    return f'<code class="tex">{escape(tex.strip())}</code>'


def _math(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: object) -> str:
    return mathml(tokens[at].content, display=tokens[at].type != "math_inline")


def _write(node: Element) -> str:
    """Serialise what is known to be harmless; the converter's own text output unescapes, so it can't be used."""
    inner = escape(unescape(node.text or "")) + "".join(_write(child) + _tail(child) for child in node)
    if node.tag not in TAGS:
        return inner
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attrib.items() if key in ATTRIBUTES)
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"


def _tail(node: Element) -> str:
    return escape(unescape(node.tail or ""))


def _inline(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    if opening not in (r"\(", r"\["):
        return False
    end = state.src.find(r"\)" if opening == r"\(" else r"\]", state.pos + 2, state.pos + 2 + LONGEST)
    if end <= state.pos + 2:
        return False
    if not silent:
        double = opening == r"\["
        token = state.push("math_inline_double" if double else "math_inline", "math", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    if state.is_code_block(first) or not state.src.startswith(r"\[", state.bMarks[first] + state.tShift[first]):
        return False
    for line in range(first, min(last, first + LINES)):
        end = state.src[state.bMarks[line] : state.eMarks[line]].rstrip()
        if not end or state.sCount[line] < state.blkIndent:
            return False
        if end.endswith(r"\]"):
            break
    else:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        token.map = [first, line + 1]
        token.content = state.getLines(first, line + 1, state.blkIndent, False).strip()[2:-2]
        state.line = line + 1
    return True
