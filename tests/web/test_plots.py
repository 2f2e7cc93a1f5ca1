"""Charts: shares fill their bar, columns stand on zero, empty figures draw nothing."""

import pytest

from backoffice.web.plots import Series, columns, lines, parts, shares

pytestmark = pytest.mark.usefixtures("request_of")


def test_shares_fill_the_bar():
    drawing = shares("Queue", ["A"], [Series("x", "c", [1]), Series("y", "z", [3])])
    assert [bar.width for bar in drawing.bars] == pytest.approx([88.1, 267.4], abs=0.2)
    assert drawing.has_late
    assert drawing.figures == [("A", ["1", "3"])]


def test_columns_stand_on_zero():
    drawing = columns("Day", ["1", "2"], [Series("x", "b", [50, 100])])
    assert {bar.y + bar.height for bar in drawing.bars} == {190.0}
    assert drawing.bars[1].height == pytest.approx(2 * drawing.bars[0].height, abs=0.2)
    assert drawing.bars[1].css == "a"


def test_parts_share_one_scale():
    drawing = parts(
        "Q", ["A", "B"], Series("p", "a", [1, 0]), Series("w", "c", [2, 4]), "%(part)s of %(whole)s"
    )
    assert [bar.width for bar in drawing.bars] == [184.5, 92.2, 369.0]
    assert drawing.texts[1].words == "1 of 2"


def test_lines_end_with_their_names():
    drawing = lines("Week", ["1", "2"], [Series("median", "line", [4.6, 3.2])])
    assert drawing.texts[-1].words == "médiane"
    assert drawing.lines[0].points.startswith("48.0,")


def test_a_line_of_one_value_is_a_dot():
    drawing = lines("Week", ["1"], [Series("x", "line", [2])])
    assert [(dot.css, dot.x) for dot in drawing.dots] == [("line", 48.0)]


def test_the_newest_label_stays_inside():
    drawing = columns("Day", [str(day) for day in range(30)], [Series("x", "b", [1] * 30)])
    (newest,) = [words for words in drawing.texts if words.words == "29"]
    assert (newest.x, newest.anchor) == (560.0, "end")


def test_names_of_lines_that_end_together_do_not_overlap():
    drawing = lines("Week", ["1"], [Series("x", "line", [0]), Series("y", "line2", [0])])
    first, second = drawing.texts[-2:]
    assert abs(first.y - second.y) >= 14


@pytest.mark.parametrize("draw", [shares, columns, lines])
def test_nothing_to_draw(draw):
    assert draw("Q", [], [Series("x", "b", [])]).bars == []
    assert all(bar.height >= 0 for bar in draw("Q", ["A"], [Series("x", "b", [0])]).bars)
