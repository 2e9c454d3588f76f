import pytest
from nicegui import Client, ui
from nicegui.element import Element

from components.fields import Area, Field, search_box
from components.monograms import letters, monograms
from components.pieces import attrs, button, el, enable, icon, link, mark, meter, note, raw, text, tool
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
            Field(HOSTILE, HOSTILE, value=HOSTILE, placeholder=HOSTILE).box,
            Area(HOSTILE, HOSTILE, value=HOSTILE, placeholder=HOSTILE).box,
        ]
    allowed = {"title", "aria-label", "aria-hidden", "aria-checked", "aria-describedby", "type", "role", "for", "id"}
    allowed |= {"placeholder", "autocomplete", "borderless", "dense", "model-value"}
    for piece in made:
        for one in piece.descendants(include_self=True):
            names = {name for name in one.props if not name.startswith("_")}
            assert not {name for name in names if name.startswith((":", "on"))}
            if not isinstance(one, ui.input | ui.textarea):
                assert names <= allowed


async def test_values_in_our_own_markup_are_escaped(client: Client) -> None:
    with client:
        assert dangers(raw("<p>{words}</p>", words=HOSTILE).content) == []
        assert meter(250, HOSTILE).content.count("<") == 4


async def test_providers_leave_only_class_names_behind(client: Client) -> None:
    with client:
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
    assert pressed == ["go"]
    assert made.props["disabled"] is True


async def test_an_icon_nobody_cut_is_noticed_where_it_is_asked_for(client: Client) -> None:
    with client, pytest.raises(KeyError):
        icon("no_such_icon")


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x"])
async def test_links_lead_only_to_pages(client: Client, target: str) -> None:
    with client:
        assert "href" not in link("x", target).props
        assert link("x", "/settings").props["href"] == "/settings"


async def test_a_field_says_what_is_wrong_and_takes_it_back(client: Client) -> None:
    with client:
        field = Field("Key", "Paste it", value=" k ")
    assert field.value == "k"
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
