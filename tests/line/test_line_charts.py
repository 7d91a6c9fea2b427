"""Pictures of the rules that name who leaves."""

import matplotlib.pyplot as plt
import pytest

from mountain_counties.line import line_charts, rival_rules, who_is_next


def test_a_rule_marks_those_it_would_have_named_in_their_round():
    table = rival_rules.matrix()
    fig = line_charts.rules(table)
    grey = [p for p in fig.axes[0].patches if p.get_facecolor()[:3] == pytest.approx((0.929,) * 3, abs=0.01)]
    rounds = table[table.index.get_level_values("round") != "islands"]
    assert len(fig.axes[0].patches) - len(grey) == rounds["hits"].sum()
    plt.close("all")


def test_the_prior_is_drawn_for_both_scales_and_rounds():
    curve = who_is_next.prior_curve(500)
    fig = line_charts.prior(curve)
    drawn = [line.get_ydata() for line in fig.axes[0].lines if len(line.get_ydata()) > 2]
    assert len(drawn) == 4
    assert sorted(map(tuple, drawn)) == sorted(
        tuple(curve.loc[scale, column]) for scale in ("min-max", "ranks") for column in ("first", "both")
    )
    plt.close("all")
