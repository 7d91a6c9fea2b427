"""What is particular to this one article: its places, its policies, its pictures.

It imports `audit`, `record` and, to draw, `book`. Another article needs none of it. Begin with
`audit_charts` (where the figures stand and how they are graded); `pingyang`, `kecheng` and `liandu` hold
what the chapters on the three places compute and draw.
"""
