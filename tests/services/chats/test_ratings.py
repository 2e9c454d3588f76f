import random

from services.chats.ratings import Game, standings


def games(one: str, other: str, won: int, lost: int, tied: int = 0) -> list[Game]:
    scores = [1.0] * won + [0.0] * lost + [0.5] * tied
    return [Game(one=one, other=other, score=score) for score in scores]


def test_nobody_played_nobody_is_rated() -> None:
    assert standings([]) == []


def test_who_wins_three_times_in_four_is_rated_190_points_higher() -> None:
    best, worst = standings(games("a", "b", 7500, 2500))
    assert (best.name, worst.name) == ("a", "b")
    assert round(best.rating - worst.rating) in range(189, 193)
    assert best.games == 10_000


def test_ties_count_as_half_a_win_for_each() -> None:
    first, second = standings(games("a", "b", 0, 0, tied=10))
    assert abs(first.rating - second.rating) < 1e-6


def test_the_order_of_the_games_does_not_matter() -> None:
    played = games("a", "b", 8, 2) + games("b", "c", 5, 5, 3) + games("a", "c", 9, 1)
    shuffled = random.Random(7).sample(played, len(played))
    assert [(s.name, round(s.rating, 6)) for s in standings(played)] == [
        (s.name, round(s.rating, 6)) for s in standings(shuffled)
    ]


def test_who_never_lost_has_a_rating_and_few_games_leave_it_unsure() -> None:
    few, many = standings(games("a", "b", 2, 0))[0], standings(games("a", "b", 200, 20))[0]
    assert few.high - few.low > many.high - many.low
    assert few.rating < 2000


def test_true_strengths_lie_within_the_bands_as_often_as_they_should() -> None:
    dice = random.Random(11)
    truth = {"a": 1200.0, "b": 1000.0, "c": 800.0}
    inside = 0
    for _ in range(100):
        played = []
        for _ in range(150):
            one, other = dice.sample(list(truth), 2)
            chance = 1 / (1 + 10 ** ((truth[other] - truth[one]) / 400))
            played.append(Game(one=one, other=other, score=float(dice.random() < chance)))
        inside += sum(each.low <= truth[each.name] <= each.high for each in standings(played))
    assert 270 <= inside <= 300


def test_a_model_compared_with_itself_says_nothing() -> None:
    assert standings(games("a", "a", 5, 5)) == []
