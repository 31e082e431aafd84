"""Words that say how a thing is written, not what it is about: in four languages, folded."""

from typing import Final

_LINES: Final = """
aan al alle als alsook and are auch auf aus aux avec been ben bij bin but by can ce ces cette cherche chercher
cherchons comme comment dan dans das dat de deel dem den der des deux die dit doch doen door drie du een eight
ein eine einem einen einer elle en er est et etc for from fuer gern gesucht get gezocht graag has have heb
hebben heel het hier hij how ich ici ihr il ils im in ist ja je jij job jour jours juist kan kann kein klein
kleine la le les leur liefst look looking lui made make meer mehr meine mes met mich mijn mit moet moeten mon
most my naar nach nicht niet noch nog not nous now nu nur oder of off offer offre oh ohne on onder one ons onze
ook op or ou our out over pas person personne pour que quelqu quelque qui recherche recherchons sa sans se sehr
sein ses si sich sie sind small so some somebody someone sont sous suche suchen sur te than that the their them
there they this three tot tous toute trois trop tu tussen twee two um un und une uns unser unsere up us uur van
vanaf veel verder vers via vier vom von voor vos votre vous waar wanneer want was wat we week weekend weeks wel
welke wer werden werk werken wie wij wil willen wir wird with wo woche work working would you your zeer zelf
zijn zo zoek zoeken zoekt zonder zum zur
"""
FILLER: Final = frozenset(_LINES.split())
