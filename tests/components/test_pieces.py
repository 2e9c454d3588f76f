import pytest
from nicegui import Client, ui
from nicegui.element import Element

from components.fields import Field, Segmented, Switch, search_box
from components.monograms import letters, monograms
from components.pieces import attrs, button, dots, el, enable, icon, link, mark, meter, note, press, raw, text, tool
from tests.components.sight import dangers

HOSTILE = '"><script>alert(1)</script> :onclick=x \' {0} ${a} \\" onerror=1'


def click(element: Element) -> None:
    for listener in element._event_listeners.values():
        if listener.type == "click":
            element._handle_event({"listener_id": listener.id, "args": {}})


async def test_hostile_words_stay_words_in_every_piece(client: Client) -> None:
    with client:
        made = [
            text(HOSTILE),
            button(HOSTILE),
            tool("add", HOSTILE),
            mark(HOSTILE, "openai"),
            note(HOSTILE),
            Segmented(HOSTILE, (HOSTILE, "b"), "b", lambda _: None).box,
            Switch(HOSTILE, on=True, change=lambda _: None).button,
            Field(HOSTILE, HOSTILE, value=HOSTILE, placeholder=HOSTILE).box,
        ]
    allowed = {"title", "aria-label", "aria-hidden", "aria-checked", "aria-describedby", "type", "role", "for", "id"}
    allowed |= {"placeholder", "autocomplete", "borderless", "dense", "model-value"}
    for piece in made:
        for one in piece.descendants(include_self=True):
            names = {name for name in one.props if not name.startswith("_")}
            assert not {name for name in names if name.startswith((":", "on"))}
            if not isinstance(one, ui.input):
                assert names <= allowed


async def test_values_in_our_own_markup_are_escaped(client: Client) -> None:
    with client:
        assert dangers(raw("<p>{words}</p>", words=HOSTILE).content) == []
        assert meter(250, HOSTILE).content.count("<") == 4


async def test_providers_leave_only_class_names_behind(client: Client) -> None:
    with client:
        assert HOSTILE not in dots([HOSTILE, "openai"]).content
        assert "h-jade" in dots(["openai"]).content
        assert mark("X", "").classes == ["o-mark"]


async def test_attributes_are_set_and_taken_away_as_given(client: Client) -> None:
    with client:
        made = el("button", aria_pressed=False, disabled=True, for_="x y", title='a"b')
    assert dict(made.props) == {"aria-pressed": "false", "disabled": True, "for": "x y", "title": 'a"b'}
    attrs(made, disabled=False, title=None)
    assert dict(made.props) == {"aria-pressed": "false", "for": "x y"}


async def test_a_button_acts_and_can_be_put_out_of_reach(client: Client) -> None:
    pressed: list[str] = []
    with client:
        made = button("Go", "main", "add", lambda: pressed.append("go"))
    click(made)
    enable(made, False)
    press(made, True)
    assert pressed == ["go"]
    assert made.props["disabled"] is True
    assert made.props["aria-pressed"] == "true"


async def test_an_icon_nobody_cut_is_noticed_where_it_is_asked_for(client: Client) -> None:
    with client, pytest.raises(KeyError):
        icon("no_such_icon")


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x"])
async def test_links_lead_only_to_pages(client: Client, target: str) -> None:
    with client:
        assert "href" not in link("x", target).props
        assert link("x", "/settings").props["href"] == "/settings"


async def test_a_choice_is_shown_and_told_once(client: Client) -> None:
    told: list[str] = []
    with client:
        made = Segmented("Layout", ("Columns", "Grid"), "Columns", told.append, symbols=("view_column", "grid_view"))
    for _ in range(2):
        click(made.box.default_slot.children[1])
    assert told == ["Grid"]
    assert [one.props["aria-checked"] for one in made.box.default_slot.children] == ["false", "true"]


async def test_a_switch_applies_at_once(client: Client) -> None:
    told: list[bool] = []
    with client:
        made = Switch("Sync", on=False, change=told.append)
    click(made.button)
    assert told == [True]
    assert made.button.props["aria-checked"] == "true"


async def test_a_field_says_what_is_wrong_and_takes_it_back(client: Client) -> None:
    with client:
        field = Field("Key", "Paste it", value=" k ", secret=True)
    assert field.value == "k"
    assert field.input.props["type"] == "password"
    field.complain("No provider knows it")
    assert field.input.props["aria-invalid"] == "true"
    field.complain("")
    assert "aria-invalid" not in field.input.props


async def test_a_search_box_tells_what_is_sought(client: Client) -> None:
    told: list[str] = []
    with client:
        search_box("Search chats", told.append, "Ctrl K").set_value("kyoto")
    assert told == ["kyoto"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("GPT-5 mini", "G5"),
        ("Claude Sonnet 4.5", "C4"),
        ("Llama 3.3 70B", "L3"),
        ("Mistral Small", "Ms"),
        ("openai/gpt-4o", "G4"),
        ("Qwen3 4B", "Q3"),
        ("o3", "O3"),
        ("", "?2"),
        ("🦙", "?2"),
    ],
)
def test_a_name_becomes_two_letters(name: str, short: str) -> None:
    assert letters(name) == short


def test_neighbours_never_share_their_letters() -> None:
    made = monograms(["GPT-5", "GPT-5 mini", "GPT-5 mini", "GPT-5", "gemma"] * 5)
    assert made[:2] == ["G5", "Gm"]
    assert len(set(made)) == len(made)
