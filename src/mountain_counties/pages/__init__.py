"""The pages of the book: the Sphinx extension and what it makes of the tables.

It may import every other room; none imports it, and notebooks only `glossary` and `assumption_log`. Begin
with `extension`, which lists what it adds to Sphinx; `claims` holds the roles for figures and verdicts,
`render` the numbered exhibits, `county_pages` the profiles, `catalogue` the data pages, `shell` what
stands around a text.
"""
