"""What a rating costs: each model a point, dearer to the right, better above."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from components.board_table import short
from components.colours import hue_of
from components.marks import provider_of
from components.pieces import attrs
from services.chats.votes import Board

CHEAPEST = 1e-6  # US dollars: what costs nothing stands here, since a logarithm knows no nothing


def draw_chart(board: Board) -> bool:
    """Show the chart if a cost is known; return whether one is.

    It is drawn as SVG, whose colours are the page's own tokens, so that it follows the theme by itself. Names of models
    stand in it as values only: a key that begins with a colon would be run as code.
    """
    points = [
        {
            "name": short(each.name),
            "value": [max(board.costs[each.name], CHEAPEST), round(each.rating)],
            "itemStyle": {"color": f"var(--{hue_of(provider_of(each.name)).removeprefix('h-')})"},
        }
        for each in board.standings
        if each.name in board.costs
    ]
    if points:
        chart = ui.echart(_options(points), renderer="svg").classes("o-chart")
        told = "; ".join(f"{each['name']}" for each in points)
        attrs(chart, role="img", aria_label=f"Cost an answer against rating, of {told}. The table has the figures.")
    return bool(points)


def _options(points: list[dict[str, Any]]) -> dict[str, Any]:
    words = {"color": "var(--text-3)", "fontSize": 11}
    axis = {
        "axisLabel": words,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": "var(--line)"}},
        "nameLocation": "middle",
        "nameTextStyle": words,
    }
    return {
        "grid": {"left": 26, "right": 60, "top": 24, "bottom": 26, "containLabel": True},
        "animation": False,
        "textStyle": {"fontFamily": "Inter, system-ui, sans-serif"},
        "xAxis": {**axis, "type": "log", "name": "US dollars an answer", "nameGap": 26},
        "yAxis": {**axis, "type": "value", "name": "Rating", "nameGap": 40, "scale": True},
        "series": [
            {
                "type": "scatter",
                "symbolSize": 14,
                "data": points,
                "emphasis": {"disabled": True},
                "label": {
                    "show": True,
                    "formatter": "{b}",
                    "position": "top",
                    "color": "var(--text-2)",
                    "fontSize": 11,
                },
                "labelLayout": {"moveOverlap": "shiftY"},
            }
        ],
    }
