"""A model's answer on screen, while it is written and after: each step draws only what is new."""

from collections.abc import Sequence
from itertools import groupby, takewhile

from markdown_it.token import Token

from components.code_view import CodeView, OpenCode
from components.open_block import displayable, offset, settled, settled_items
from components.pieces import el
from components.prose import Code, Env, Prose, Segment, join, parse, render, segments
from components.prose_view import LARGE, OpenProse, ProseView

View = ProseView | CodeView


class AnswerBody:
    """Show the answer so far: finished blocks are left alone, the open one follows, in the end few elements remain."""

    def __init__(self) -> None:
        self.box = el("div", "o-answer")
        self._text = ""
        self._writing: bool | None = None
        self._start = 0  # where the open block begins
        self._env: Env = {}
        self._views: list[View] = []
        self._open = OpenProse()
        self._code: OpenCode | None = None

    def show(self, text: str, writing: bool) -> None:
        """Show this text, which may be the former one with more behind it, or another one."""
        if self.box.is_deleted:
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        if (text, writing) == (self._text, self._writing):
            return
        if self._writing is False or not text.startswith(self._text):
            self._clear()
        self._text, self._writing = text, writing
        with self.box:
            if writing:
                self._grow()
            else:
                self._finish()

    def _clear(self) -> None:
        self.box.clear()
        self._start, self._env, self._views = 0, {}, []
        self._open, self._code = OpenProse(), None

    def _grow(self) -> None:
        if self._code and not self._closed(self._code):
            return
        source = self._text[self._start :]
        if not self._open.wants(source):
            self._open.add(source)
            return
        shown = source if len(source) > LARGE else displayable(source)
        tokens = parse(shown, self._env)
        at, line = settled(tokens, shown)
        if at:
            self._keep(join(tokens[:at], self._env), offset(shown, line))
            self._grow()
            return
        items, line = settled_items(tokens, shown)
        if items:
            self._keep(join(items, self._env), offset(shown, line))
            self._grow()
            return
        self._show_open(tokens, source)

    def _closed(self, code: OpenCode) -> bool:
        """Follow the open code, and tell whether it is over."""
        end = code.follow(self._text)
        if end is None:
            return False
        match join(parse(self._text[code.start : end], {}), {}):
            case [Code() as whole]:
                self._views.append(code.close(whole))
            case others:
                code.box.delete()
                self._keep(others, 0)
        self._start, self._code = end, None
        return True

    def _show_open(self, tokens: Sequence[Token], source: str) -> None:
        first = tokens[0] if tokens else None
        start = offset(source, first.map[0]) if first and first.map else 0
        body = source.find("\n", start) + 1
        if first and first.type == "fence" and body:
            self._open.drop()
            self._code = OpenCode(first.info, first.markup, self._start + start, self._start + body)
            self._code.follow(self._text)
        else:
            self._open.show(render(tokens, {**self._env, "growing": True}), len(source))

    def _keep(self, ready: Sequence[Segment], size: int) -> None:
        """Show blocks that are finished; the first may take the place of the open one."""
        self._start += size
        for segment in ready:
            if isinstance(segment, Prose):
                self._views.append(self._open.become(segment.html))
            else:
                self._open.drop()
                self._views.append(CodeView(segment))

    def _finish(self) -> None:
        """Read the whole once more, so that links named later are found, and merge what was kept piece by piece."""
        self._open.drop()
        if self._code:
            self._code.box.delete()
        whole = segments(self._text)
        runs = [list(run) for _, run in groupby(self._views, lambda view: view if isinstance(view, CodeView) else None)]
        fitting = list(takewhile(lambda pair: _fits(*pair), zip(whole, runs, strict=False)))
        for view in (view for run in runs[len(fitting) :] for view in run):
            view.box.delete()
        self._views = [_merge(segment, run) for segment, run in fitting]
        self._views += [_make(segment) for segment in whole[len(fitting) :]]


def _fits(segment: Segment, run: Sequence[View]) -> bool:
    """Tell whether what is on screen can become this segment without being made anew."""
    if isinstance(segment, Code):
        return isinstance(run[0], CodeView) and run[0].code == segment
    return isinstance(run[0], ProseView)


def _merge(segment: Segment, run: Sequence[View]) -> View:
    for view in run[1:]:
        view.box.delete()
    if isinstance(segment, Prose) and isinstance(run[0], ProseView):
        run[0].box.set_content(segment.html)
    return run[0]


def _make(segment: Segment) -> View:
    return CodeView(segment) if isinstance(segment, Code) else ProseView(segment.html)
