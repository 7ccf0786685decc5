"""How a language says it: what stands in the sentences of news, for the rooms `dates`, `names` and `quotes`. Lists and rules are data."""
