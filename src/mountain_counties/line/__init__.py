"""The line between the list and the rest: who left, what separates them, who is next, what moving it does.

It imports `audit`, `record` and `growth`. Begin with `reclassification` (the rounds, the indicators, an
open rule) and `separation` (ranks, exact tests, thresholds); `composition` holds what moving the line
does to figures of the group, `evaluation` the award's places, `explorer` the page on which a reader draws
the line.
"""
