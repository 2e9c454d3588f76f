import pytest

from components.formulas import mathml
from components.prose import segments


def html(markdown: str) -> str:
    return "".join(segment.html for segment in segments(markdown))


@pytest.mark.parametrize("written", ["$x^2$", r"\(x^2\)", "**$x^2$**", "- $x^2$"])
def test_formulas_in_a_line_are_set(written: str) -> None:
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in html(written)


@pytest.mark.parametrize("written", ["$$x^2$$", "$$\nx^2\n$$", r"\[x^2\]", "\\[\nx^2\n\\]", "a \\[x^2\\] b"])
def test_formulas_of_their_own_are_set(written: str) -> None:
    assert '<math display="block"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in html(written)


def test_lines_of_a_formula_are_not_taken_for_lists() -> None:
    made = html("So\n\\[\na\n- b\n= c\n\\]\nthus")
    assert "<li>" not in made
    assert made.count("<math") == 1


@pytest.mark.parametrize("money", ["It costs $5 and $10.", "$5 to $7", "a $ b $ c", r"\$5 and \$6"])
def test_money_is_not_taken_for_a_formula(money: str) -> None:
    assert "<math" not in html(money)


@pytest.mark.parametrize("tex", [r"\frac{", "x_1_2", r"\left(", r"\begin{matrix}", "x" * 3000])
def test_a_formula_that_cannot_be_read_is_shown_as_written(tex: str) -> None:
    assert mathml(tex, display=False) == f'<code class="tex">{tex}</code>'


@pytest.mark.parametrize("tex", [r"\newcommand{\a}{b}\a", r"\def\a{b}\a", r"\renewcommand{\a}{b}"])
def test_formulas_define_nothing(tex: str) -> None:
    assert mathml(tex, display=False).startswith("<code")


def test_words_in_formulas_stay_words() -> None:
    made = mathml(r"\text{<img src=x onerror=alert(1)> &lt;b&gt;}", display=False)
    assert "<img" not in made
    assert "<b>" not in made
