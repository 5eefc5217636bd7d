"""The way in: a file becomes a document, the document chunks, the chunks an index that is kept in step."""
