"""Who answers in a card, how it stands, and its figures: each one piece of markup."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from components.figures import clock, description_list, money, ordinal, seconds, speed, token_parts, tokens
from components.marks import lane_mark_html, provider_of
from components.pieces import ICONS
from omnichat.registry import every_provider
from services.chats.conversations import Lane
from services.chats.costs import cost_of
from services.chats.replies import ModelReply, ReplyState

SIGNS = {
    ReplyState.WAITING: ("hourglass_empty", "Waiting"),
    ReplyState.STREAMING: ("", "Writing"),
    ReplyState.DONE: ("check", "Done"),
    ReplyState.STOPPED: ("stop_circle", "Stopped"),
    ReplyState.FAILED: ("error", "Failed"),
    ReplyState.INTERRUPTED: ("error", "Interrupted"),
}
TONES = {ReplyState.DONE: "ok", ReplyState.FAILED: "bad", ReplyState.INTERRUPTED: "bad"}
BARS = '<span class="o-bars" aria-hidden="true"><i></i><i></i><i></i></span>'


def head_html(lane: Lane, letters: str, reply: ModelReply) -> str:
    """Return the lane's mark and name, and who gives the answer, unless that has to stay hidden."""
    if not lane.model:
        hidden = f"<div class='o-name o-cut'>{escape(lane.name)}</div><div class='o-from'>order shuffled</div>"
        return f"{lane_mark_html(lane, letters)}<div class='o-grow'>{hidden}</div>"
    name = provider_of(reply.model)
    provider = every_provider().get(name)
    who = provider.title if provider else name
    told = [f"{reply.model.rpartition('/')[2]} at {who}" if lane.persona else who]
    if reply.parameters.temperature is not None:
        told.append(f"temperature {reply.parameters.temperature:g}")
    if reply.parameters.system_prompt and not lane.persona:
        told.append("own instructions")
    return (
        f"{lane_mark_html(replace(lane, model=reply.model), letters)}<div class='o-grow'>"
        f'<div class="o-name o-cut" title="{escape(reply.model)}">{escape(lane.name)}</div>'
        f"<div class='o-from o-cut'>{escape(' · '.join(told))}</div></div>"
    )


def state_word(reply: ModelReply) -> str:
    """Return the state in a word or two, with the place of one that waits in line."""
    if reply.state is ReplyState.WAITING and reply.place:
        return f"{ordinal(reply.place)} in line"
    return SIGNS[reply.state][1]


def sign_html(state: ReplyState) -> str:
    """Return the sign of a state."""
    sign = SIGNS[state][0]
    return f'<i class="o-icon s {TONES.get(state, "")}" aria-hidden="true">{ICONS[sign]}</i>' if sign else BARS


def state_html(reply: ModelReply, word: str, *, adopted: bool) -> str:
    """Return the state in a sign and a word, or that the answer was adopted."""
    if adopted:
        return f'<span class="o-pill accent"><i class="o-icon s" aria-hidden="true">{ICONS["check"]}</i>Adopted</span>'
    return f"{sign_html(reply.state)}<span>{escape(word)}</span>"


def in_brief(reply: ModelReply) -> str:
    """Return what is known of the time, speed and cost of an answer: ``0.64 s · 78 /s · $0.0071``."""
    told = (seconds(reply.first_token), speed(reply), money(cost_of(reply)))
    return " · ".join(each for each in told if each != "–")


def figures_html(reply: ModelReply) -> str:
    """Return what is measured of the answer, and the word why it was rated so."""
    spent = cost_of(reply)
    about = "≈ " if spent is not None and not reply.output_tokens else ""
    told = description_list(
        [
            ("First token", seconds(reply.first_token)),
            ("Speed", speed(reply)),
            ("Tokens", tokens(reply)),
            ("Cost", about + money(spent)),
        ],
        "o-figures",
    )
    parts = token_parts(reply)
    more = f'<div class="o-micro o-num">{escape(parts)}</div>' if parts else ""
    remark = f'<div class="o-remark o-small o-2">“{escape(reply.remark)}”</div>' if reply.remark else ""
    return f'<div title="Asked at {escape(clock(reply.created_at))}">{told}{more}{remark}</div>'
