"""Who is better, from many comparisons of two: Bradley and Terry's model, with how sure one can be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BASE = 1000.0
SCALE = 400.0 / math.log(10)
PRIOR = 0.5  # of a tie with an average rival, so that one who never lost has a rating too
ROUNDS = 500
CLOSE = 1e-9
SURE = 1.96  # standard deviations: 95 in 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """One comparison: ``score`` is 1 when ``one`` was better, 0 when ``other`` was, a half when neither."""

    one: str
    other: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rating on Elo's scale, 1000 being the average; 19 in 20 times the true one lies from ``low`` to ``high``.

    ``won`` is the share of the games that were won, a tie being half a win.
    """

    name: str
    rating: float
    low: float
    high: float
    games: int
    won: float


def standings(games: Iterable[Game]) -> list[Standing]:
    """Return the ratings of all who played, the best first; they do not depend on the order of the games."""
    wins, met = defaultdict[str, float](float), defaultdict[tuple[str, str], int](int)
    counts = defaultdict[str, int](int)
    for game in games:
        if game.one == game.other:
            continue
        wins[game.one] += game.score
        wins[game.other] += 1 - game.score
        first, second = sorted((game.one, game.other))
        met[first, second] += 1
        counts[game.one] += 1
        counts[game.other] += 1
    names = sorted(counts)
    strengths = _strengths(names, wins, met)
    spreads = _spreads(names, strengths, met)
    found = []
    for name, spread in zip(names, spreads, strict=True):
        rating, reach = BASE + SCALE * math.log(strengths[name]), SURE * SCALE * spread
        low, high = rating - reach, rating + reach
        won = wins[name] / counts[name]
        found.append(Standing(name=name, rating=rating, low=low, high=high, games=counts[name], won=won))
    return sorted(found, key=lambda each: (-each.rating, each.name))


def _strengths(names: Sequence[str], wins: dict[str, float], met: dict[tuple[str, str], int]) -> dict[str, float]:
    """Return the likeliest strengths, by minorisation and maximisation; their geometric mean is one."""
    strengths = dict.fromkeys(names, 1.0)
    rivals = defaultdict[str, list[tuple[str, int]]](list)
    for (one, other), count in met.items():
        rivals[one].append((other, count))
        rivals[other].append((one, count))
    for _ in range(ROUNDS):
        fresh = {
            name: (wins[name] + PRIOR)
            / (
                2 * PRIOR / (strengths[name] + 1)
                + sum(count / (strengths[name] + strengths[rival]) for rival, count in rivals[name])
            )
            for name in names
        }
        mean = math.exp(sum(map(math.log, fresh.values())) / max(len(fresh), 1))
        fresh = {name: strength / mean for name, strength in fresh.items()}
        moved = max((abs(fresh[name] - strengths[name]) for name in names), default=0)
        strengths = fresh
        if moved < CLOSE:
            break
    return strengths


def _spreads(names: Sequence[str], strengths: dict[str, float], met: dict[tuple[str, str], int]) -> list[float]:
    """Return the standard deviations of the logarithms of the strengths, from the inverse of the information."""
    at = {name: index for index, name in enumerate(names)}
    information = [[0.0] * len(names) for _ in names]
    for name in names:
        chance = strengths[name] / (strengths[name] + 1)
        information[at[name]][at[name]] += 2 * PRIOR * chance * (1 - chance)
    for (one, other), count in met.items():
        chance = strengths[one] / (strengths[one] + strengths[other])
        weight = count * chance * (1 - chance)
        i, j = at[one], at[other]
        information[i][i] += weight
        information[j][j] += weight
        information[i][j] -= weight
        information[j][i] -= weight
    inverse = _inverse(information)
    return [math.sqrt(max(inverse[index][index], 0.0)) for index in range(len(names))]


def _inverse(matrix: list[list[float]]) -> list[list[float]]:
    """Return the inverse of a positive definite matrix, by Gauss and Jordan."""
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for j in range(size):
            if j != i and (factor := rows[j][i]):
                rows[j] = [value - factor * other for value, other in zip(rows[j], rows[i], strict=True)]
    return [row[size:] for row in rows]
