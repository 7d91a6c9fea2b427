"""The Chinese edition: the pages of the book once more, every block of text from a catalogue.

It reads the finished English pages, so that nothing of them can be left out, and knows no chapter. Begin with
`pages`, which writes a page; `editing` makes the folder ``zh`` of them, `messages` says what a translator
sees of a block, `catalogue` holds the translations; `numerals` and `names` write by rule what is never
translated, `drawings` the words of figures. It imports `audit` only.
"""
