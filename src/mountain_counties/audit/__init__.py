"""The engine: printed figures, relations between them, and what follows.

It reads a ledger of claims and the relations declared between them, solves the system, and grades each
claim. It knows no county, no chapter and no page. It imports nothing of the other rooms. Begin with
`rounding` (a printed figure and the interval that it stands for), then `ledger`, `relations`, `solver`
and `verdicts`. `wording` writes numbers, `tables` reads strictly.
"""
