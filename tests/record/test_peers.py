"""The peers of a county, against another implementation."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from mountain_counties.record import counties, county_profile, peers

GROUP = counties.members(county_profile.GROUP_DAY)


def test_distances_are_those_of_scipy_where_no_value_is_missing():
    table = county_profile.panel().loc[GROUP].astype(float)
    logs = [name for name, measure in county_profile.MEASURES.items() if measure.log]
    table[logs] = np.log(table[logs])
    whole = table[table.notna().all(axis=1)].index
    expected = cdist(table.loc[whole], table.loc[whole], "seuclidean", V=table.var()) / np.sqrt(
        table.shape[1]
    )
    found = peers.distances().loc[whole, whole].fillna(0).to_numpy()
    assert found == pytest.approx(expected)


def test_nobody_is_its_own_peer_and_the_nearest_come_first():
    square = peers.distances()
    for code in GROUP:
        near = peers.nearest(code)
        assert code not in near.index
        assert near.is_monotonic_increasing
        assert near.iloc[0] == square[code].min()


def test_a_missing_value_is_left_out_and_not_taken_for_none():
    cangnan = "330327"  # its people cannot be compared between the censuses
    row = peers.distances()[cangnan].drop(cangnan)
    assert row.notna().all()


def test_a_unit_outside_the_group_is_refused():
    with pytest.raises(KeyError):
        peers.nearest("330106")
