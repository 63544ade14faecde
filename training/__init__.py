"""How is the model made that labels the blocks of a page? See README.md."""
