"""How well needs find offers: a labelled set, and what is measured on it.

`items/*.toml` were written by hand, from imagination, as members of such a cooperative write, before and apart from the
vocabulary of trades. Each need names the offers that a careful person would tell both sides about. They are never
changed to improve a figure; a label that is wrong by its own text may be put right, with the reason in the commit.

* A relevant offer does the work that is asked for, can be there (or need not be), is free then, and shares a language.
* Near misses are meant: the same sector and another trade, the same word and another meaning, the right trade in the
  wrong month or at the other end of the country. Some needs have no relevant offer at all.
"""
