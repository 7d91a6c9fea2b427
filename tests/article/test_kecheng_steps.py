"""The clash in four pictures: what they draw is what the audit says."""

import pytest

from mountain_counties.article import kecheng, kecheng_steps
from mountain_counties.audit import verdicts


@pytest.fixture(scope="module")
def found():
    return verdicts.run()


def widths(fig) -> list[float]:
    return [patch.get_width() for patch in fig.axes[0].patches]


def test_bars_are_the_levels_and_what_has_no_room_is_what_passes_the_output(found):
    levels = kecheng.levels(found)
    printed = levels["printed"].dropna()
    assert widths(kecheng_steps.step(levels, "printed")) == pytest.approx(list(printed))
    assert len(widths(kecheng_steps.step(levels, "implied"))) == kecheng_steps.STEPS["implied"]
    fits, beyond = kecheng_steps.step(levels, "contradiction").axes[0].patches[-2:]
    most = levels.loc["Output, all of 2023", "hi"]
    assert fits.get_width() == pytest.approx(most)
    assert beyond.get_width() == pytest.approx(levels.loc["Value added, 2023", "printed"] - most)
    assert beyond.get_x() == pytest.approx(most)


def test_every_repair_misses_by_the_same_ratio_of_value_added_to_output(found):
    """Each enters the chain once, as a factor, so each has to give by the factor that is missing."""
    levels = kecheng.levels(found)
    table = kecheng_steps.repairs(found, kecheng.withdrawals(found, verdicts.relations()))
    missing = levels.loc["Value added, 2023", "lo"] / levels.loc["Output, all of 2023", "hi"]
    factors = table["least"].where(table["least"] > 1, 1 / table["least"])
    assert list(factors) == pytest.approx([missing] * len(table), rel=0.02)
    assert set(table["label"]) <= set(kecheng.withdrawals(found, verdicts.relations()).query("enough").index)
