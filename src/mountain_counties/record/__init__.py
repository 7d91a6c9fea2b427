"""The official record: units, statistics, breaks, and the checks of claims against them.

It imports `audit`. Begin with `counties` (the 90 units and who was in the group when) and `statistics`
(figures by unit, year and indicator, with the breaks that forbid a growth rate); `claim_checks` holds
claims against them, `county_profile` sets one county beside the others.
"""
