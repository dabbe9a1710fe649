"""What a written reason amounts to: how many words, and whether it says more than a label."""

import re
import unicodedata

# A label is a dated statement by an issuer and never a reason in itself (E-024, E-026). Stems, without accents.
_LABEL = re.compile(
    r"(terroris|extremis|d?jihad|bandit|crimin|enem|ennemi|rebel|outlaw|proscri|radica|designat|designe|black|listed)"
)
_FILLERS = frozenset(
    re.findall(
        r"[a-z]+",
        """
        a an the is are as be it its they them this that these those group groups organisation organization movement
        armed and or of by in for because since just only simply known considered called very all
        un une le la les l des de du d est sont comme ce c cet cette ces ils elles il elle groupe groupes mouvement
        arme armes et ou par pour car parce que qu simplement connu consideres considere tous tres se s on
        """,
    )
)


def words_in(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


def is_only_a_label(text: str) -> bool:
    """Say whether a text says nothing beyond a label such as "terrorist", in English or French."""
    said = [word for word in _words(text) if word not in _FILLERS]
    return bool(said) and all(_LABEL.match(word) for word in said)


def _words(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter)))
