"""The 26 mountain counties of Zhejiang: an audit of an article, the record, the growth, the line.

The rooms in the way of the data: `audit` (the engine) -> `record` (official tables) -> `growth` ->
`line`; `article` is what is particular to this article, `book` what chapters are written with, `pages`
the Sphinx extension. An arrow never runs back.
"""
