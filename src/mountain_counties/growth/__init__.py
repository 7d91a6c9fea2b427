"""How fast the mountain counties grew, and whether the poorer catch up.

It imports `audit` and `record`. Begin with `growth` (rates and who may be compared) and `comparison` (two
groups of places, with intervals); `convergence` holds beta, sigma and the Theil index, `long_view` the
longer series.
"""
