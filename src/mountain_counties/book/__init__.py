"""What a chapter is written and drawn with.

It imports `audit` only, and is imported by notebooks, charts and pages, never by a computation. Begin with
`prose`, which writes numbers and glues them into the text; `charts` is the one style of all pictures,
`exhibits` makes numbered figures and tables with their data beside them.
"""
