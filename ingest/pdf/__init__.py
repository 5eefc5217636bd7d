"""Reading a PDF: from glyphs with boxes to blocks in reading order, one step a module.

`glyphs` and `shapes` take a page from pdfium; `lines`, `tables` and `columns` find words, lines, tables and their
order; `furniture` takes out running heads, page numbers and tables of contents; `paragraphs` and `headings` make
blocks of lines; `ligatures` and `hidden` see to letters that were lost and text that nobody sees; `ocr` recognises
scans and `page_image` draws a page with places marked on it.
"""
