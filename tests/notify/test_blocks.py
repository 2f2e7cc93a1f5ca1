"""A document's HTML read back as blocks."""

from backoffice.notify.blocks import Block, blocks_of


def test_it_reads_headings_paragraphs_items_and_quotes():
    html = """<html><head><title>No</title><style>p{}</style></head><body>
      <h1>One</h1><p>A
        <b>b</b> &lt;c&gt;&nbsp;!</p><blockquote><p>Q</p></blockquote><ul><li>L</li></ul></body>"""
    assert blocks_of(html) == [
        Block("h1", "One"),
        Block("p", "A b <c>\u00a0!"),
        Block("quote", "Q"),
        Block("li", "L"),
    ]
