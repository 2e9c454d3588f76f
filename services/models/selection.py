"""Find models among all that are on offer: by words, by filters, in groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from omnichat.capabilities import Capability
from services.chats.replies import now
from services.models.offers import Entry, Offer, Source
from services.models.shelves import Shelf
from services.models.wishes import Filters, Limit, Term, Wish, read_wish

ROWS = 40
LONGEST_MODEL = 400  # signs, as the store keeps them
LONGEST_TITLE = 200
FRESH = timedelta(days=60)  # since a model was released
NOTICED = timedelta(days=14)  # since a model appeared on a list that was known before
MILLION = 1_000_000
SQUEEZED = str.maketrans("", "", " -_.:/@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A model that was found, ``seen`` on a list then; ``source`` is None for one that is on none."""

    entry: Entry
    source: Source | None = None
    seen: datetime | None = None
    favourite: bool = False
    new: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Hits under one heading; ``count`` counts also those beyond the limit."""

    title: str
    count: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of ``total`` models, grouped; ``count`` counts all hits, ``told`` says what was asked for."""

    groups: tuple[Group, ...]
    count: int
    total: int
    told: str = ""

    @property
    def hits(self) -> list[Hit]:
        """All hits within the limit, in order."""
        return list(chain.from_iterable(group.hits for group in self.groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many models there are of each kind."""

    total: int = 0
    favourite: int = 0
    new: int = 0
    free: int = 0
    local: int = 0


@dataclass(frozen=True, slots=True)
class _Item:
    entry: Entry
    source: Source | None
    local: bool
    listed_at: datetime | None
    since: datetime | None  # the moment before which a model was on the list from the beginning

    def is_new(self) -> bool:
        """Whether it came out, or onto its list, only a short while ago."""
        if self.entry.released:
            return self.entry.released > date.today() - FRESH
        first = self.entry.first_seen
        return bool(first and self.since and first > self.since and first > now() - NOTICED)

    def is_free(self) -> bool:
        """Whether its tokens cost nothing."""
        return price(self.entry, local=self.local) == 0


def find(
    offers: Sequence[Offer],
    shelf: Shelf,
    *,
    words: str = "",
    filters: Filters | None = None,
    picked: Sequence[str] = (),
    limit: int = ROWS,
) -> Found:
    """Return the models that fit ``words`` and ``filters``, at most ``limit`` of them in sight.

    Favourites come first, then those asked lately, then every source's own, the newest first. Without words, models
    that were ``picked`` though nobody lists them are there too; a name with a slash that is on no list is offered as
    it was typed.
    """
    stock = _stock(offers, shelf)
    wish = read_wish(words, filters or Filters())
    fitting = [item for item in stock.values() if _fits(item, wish, shelf)]
    named = {item.entry.id: item for item in fitting}
    groups = dict[str, list[_Item]]()
    for title, ids in (("Favourites", shelf.favourites), ("Recent", shelf.recents)):
        groups[title] = [item for each in ids if (item := named.pop(each, None))]
    for item in sorted(named.values(), key=lambda each: _order(each, wish)):
        groups.setdefault(item.source.name if item.source else "", []).append(item)
    titles = {offer.source.name: offer.source.title for offer in offers}
    listed = [(titles.get(name, name), groups[name]) for name in ("Favourites", "Recent", *titles) if groups.get(name)]
    listed += [(title, items) for title, items in _unlisted(stock, words.strip(), wish, picked) if items]
    return Found(
        groups=tuple(_cut(listed, shelf, limit)),
        count=sum(len(items) for _, items in listed),
        total=sum(not item.entry.gone for item in stock.values()),
        told=wish.told,
    )


def tally(offers: Sequence[Offer], shelf: Shelf) -> Tally:
    """Return how many models there are of each kind."""
    items = list(_stock(offers, shelf).values())
    there = [item for item in items if not item.entry.gone]
    favourites = set(shelf.favourites)
    return Tally(
        total=len(there),
        favourite=sum(item.entry.id in favourites for item in items),
        new=sum(item.is_new() for item in there),
        free=sum(item.is_free() for item in there),
        local=sum(item.local for item in there),
    )


def rates(offers: Sequence[Offer], models: Collection[str]) -> dict[str, tuple[float, float]]:
    """Return the US dollars for a token read and one written of those of ``models`` whose prices are known."""
    found = dict[str, tuple[float, float]]()
    for offer in offers:
        local = offer.source.is_local
        for entry in offer.entries:
            if entry.id in models and price(entry, local=local) is not None:
                found[entry.id] = (entry.prices.input or 0.0, entry.prices.output or 0.0)
    return found


def price(entry: Entry, *, local: bool = False) -> float | None:
    """Return the US dollars that a million tokens cost at most, read or written, or None if nobody says."""
    known = [each for each in (entry.prices.input, entry.prices.output) if each is not None]
    if not known:
        return 0.0 if local else None
    return max(known) * MILLION


def plain_title(model: str) -> str:
    """Return what a model is called of which only ``source/model`` is known."""
    return (model.rpartition("/")[2] or model)[:LONGEST_TITLE]


def can_be_typed(model: str) -> bool:
    """Whether this may be the name of a model that is on no list: ``source/model``."""
    source, slash, name = model.partition("/")
    return bool(source and slash and name) and len(model) <= LONGEST_MODEL and not any(map(str.isspace, model))


def _stock(offers: Sequence[Offer], shelf: Shelf) -> dict[str, _Item]:
    stock = dict[str, _Item]()
    kept = shelf.kept
    for offer in offers:
        local = offer.source.is_local
        since = _since(offer)
        for entry in offer.entries:
            chats = not entry.can or Capability.CHAT in entry.can
            if chats and (not entry.gone or entry.id in kept):
                stock.setdefault(entry.id, _Item(entry, offer.source, local, offer.listed_at, since))
    pending = {offer.source.name for offer in offers if not offer.entries and not offer.problem}
    for model in kept - stock.keys():
        gone = model.partition("/")[0] not in pending
        stock[model] = _Item(Entry(id=model, title=plain_title(model), gone=gone), None, False, None, None)
    return stock


def _since(offer: Offer) -> datetime | None:
    first = min((entry.first_seen for entry in offer.entries if entry.first_seen), default=None)
    return first and first + timedelta(hours=1)


def _fits(item: _Item, wish: Wish, shelf: Shelf) -> bool:
    filters = wish.filters
    entry = item.entry
    if filters.needs and filters.needs & ~entry.can:
        return False
    if (filters.local and not item.local) or (filters.new and not item.is_new()):
        return False
    if filters.free and not item.is_free():
        return False
    if filters.favourite and entry.id not in shelf.favourites:
        return False
    if filters.prices and not _within(filters.prices, price(entry, local=item.local)):
        return False
    if filters.contexts and not _within(filters.contexts, entry.context):
        return False
    return not wish.terms or _is_called(item, wish, shelf)


def _within(limits: Sequence[Limit], value: float | None) -> bool:
    return value is not None and all(value < limit if sign == "<" else value >= limit for sign, limit in limits)


def _is_called(item: _Item, wish: Wish, shelf: Shelf) -> bool:
    entry = item.entry
    hay = f"{entry.id} {entry.title[:LONGEST_TITLE]} {item.source.title if item.source else ''}".casefold()
    squeezed = ""
    for term in wish.terms:
        there = term.text in hay
        if not there and term.squeezed:
            squeezed = squeezed or hay.translate(SQUEEZED)
            there = term.squeezed in squeezed
        there = there or _means(item, term, shelf)
        if there is term.unwanted:
            return False
    return True


def _means(item: _Item, term: Term, shelf: Shelf) -> bool:
    """Whether the word is a skill or a trait that the model has."""
    if term.can:
        return bool(term.can & item.entry.can)
    match term.trait:
        case "":
            return False
        case "free":
            return item.is_free()
        case "local":
            return item.local
        case "new":
            return item.is_new()
        case _:
            return item.entry.id in shelf.favourites


def _order(item: _Item, wish: Wish) -> tuple[bool, bool, bool, int, str]:
    """The listed before the gone, those whose name begins as was asked before others, the newest before the older."""
    entry = item.entry
    name = entry.id.partition("/")[2].casefold()
    first = wish.terms[0].text if wish.terms else ""
    starts = not first or name.startswith(first) or entry.title[:LONGEST_TITLE].casefold().startswith(first)
    over = bool(entry.ends and entry.ends < date.today())
    return entry.gone, over, not starts, -(entry.released.toordinal() if entry.released else 0), name


def _unlisted(
    stock: Mapping[str, _Item], typed: str, wish: Wish, picked: Sequence[str]
) -> Iterator[tuple[str, list[_Item]]]:
    """Yield what is asked though it is on no list, and the name as it was typed."""
    if not typed and not wish.filters:
        strange = dict.fromkeys(model for model in picked if model not in stock)
        yield "On no list", [_stranger(model) for model in strange]
    if can_be_typed(typed) and typed not in stock:
        yield "As you typed it", [_stranger(typed)]


def _stranger(model: str) -> _Item:
    return _Item(Entry(id=model, title=plain_title(model)), None, False, None, None)


def _cut(listed: Sequence[tuple[str, list[_Item]]], shelf: Shelf, limit: int) -> Iterator[Group]:
    favourites = set(shelf.favourites)
    for title, items in listed:
        if limit <= 0:
            return
        yield Group(
            title=title,
            count=len(items),
            hits=tuple(
                Hit(
                    entry=item.entry,
                    source=item.source,
                    seen=item.entry.last_seen if item.entry.gone else item.listed_at,
                    favourite=item.entry.id in favourites,
                    new=item.is_new(),
                    local=item.local,
                )
                for item in items[:limit]
            ),
        )
        limit -= len(items)
