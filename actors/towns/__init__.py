"""Towns, their quarters and where they lie: from a neighbourhood up to Europe, with degrees for distances.

The tree of `actors.regions` goes on here below the provinces. A town's code is lower case (`gent`), a region's is ISO
3166 (`BE-VOV`), so the two never meet. Codes of towns stay in this house: documents name a town and give its degrees.

* `scheme`      the towns, what lies in what, how far apart
* `recognising` the town or region that somebody typed
"""

from actors.towns.recognising import Spot, recognise
from actors.towns.scheme import TOWNS, Town, broader, distance_km, inside, name_of

__all__ = ["TOWNS", "Spot", "Town", "broader", "distance_km", "inside", "name_of", "recognise"]
