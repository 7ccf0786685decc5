"""Who a speaker is: names, pronouns, roles and kinds of bodies, resolved within one article."""

import re

import numpy as np

from utils.grammar.phrases import DETERMINERS, group, is_noun, nouns, phrase_from, phrase_to
from utils.words import read_words

_set = lambda words: frozenset(words.split())
BODIES = _set(
    "agency company organisation organization group firm party bank ministry department court commission committee university union institute "
    "campaign team council government association"
)
TOP = _set("chief head chairman chairwoman chairperson chair boss director president leader")
MALE = _set("mr mr. king prince father brother son husband uncle spokesman congressman businessman actor policeman sir lord grandfather")
FEMALE = _set(
    "mrs mrs. ms ms. miss queen princess mother sister daughter wife aunt spokeswoman chairwoman congresswoman businesswoman actress policewoman "
    "lady dame grandmother"
)


class Cast:
    """Who is spoken of in one article: mentions of names (first word, last word, kind, canonical), and what each person is called."""

    def __init__(self, a, names):
        self.a, self.mentions, self.roles, self.gender, self.spoke, self.kind = a, [], {}, {}, [], {}
        for start, end, kind, canonical, role in sorted(names, key=lambda name: name[0]):
            first, last = np.searchsorted(a.start, start), np.searchsorted(a.start, end) - 1
            if first <= last:
                self.kind[canonical] = kind
                self.mentions.append((int(first), int(last), kind, canonical))
                if kind == "PER":
                    self.introduce(int(first), int(last), canonical, role)

    def introduce(self, first, last, person, role):
        """Keep the words of a role: ISRO chairman Kumar; Kumar, who is the chairman of ISRO; the chairman of ISRO, Kumar."""
        a, lo, hi = self.a, self.a.opening(first), self.a.closing(last)
        words = set() if not isinstance(role, str) or len(role.split()) > 6 else set(re.findall(r"[\w-]+", role.lower()))
        words_before = group(a, last, lo)
        words |= set(a.words[words_before:first]) if words_before is not None else set()
        after = last + 1 + 2 * (a.words[last + 1 : last + 2] == ["who"])
        if after < hi and "," in a.gap(last) and (span := phrase_from(a, after)) and is_noun(a, span[3]):
            words |= set(a.words[span[0] : span[1] + 1])
        if first > lo and "," in a.gap(first - 1) and (span := phrase_to(a, first - 1, lo)) and is_noun(a, span[3]) and a.words[span[0]] not in ("a", "an"):
            words |= set(a.words[span[0] : span[1] + 1])
        self.roles.setdefault(person, set()).update(words)
        sex = "m" if words & MALE or a.words[first - 1] in MALE and first else "f" if words & FEMALE or a.words[first - 1] in FEMALE and first else None
        self.gender[person] = self.gender.get(person) or sex

    def actor(self, span, said):
        """Who a speaker is: by name, else by pronoun, role or kind of body; None where nothing tells. `said`: the speakers so far."""
        first, last, head_first, head = span
        word, a = self.a.words[head], self.a
        named = [m for m in self.mentions if m[0] <= last and m[1] >= head_first]
        if "and" in a.words[head_first:head] and len(people := [m[3] for m in named if m[2] == "PER" and m[0] <= head]) > 1:
            return "; ".join(dict.fromkeys(people))
        if named and named[0][2] == "PER" and (a.words[named[0][1] + 1 : named[0][1] + 2] == ["of"] or word in nouns("speech") and a.possessive(named[0][1])):
            return named[0][3]  # Ann Rao of JAXA; Rao’s statement
        if ends := [m[3] for m in named if m[0] <= head <= m[1]]:
            return ends[-1]
        if named and named[-1][2] == "PER" and named[-1][1] == last and a.words[first] not in DETERMINERS and word in read_words("quotes/en-speaker"):
            return named[-1][3]  # director of the museum Ann Rao
        if word in ("he", "she", "his", "her", "who"):
            return self.referent(first, {"h": "m", "s": "f", "w": None}[word[0]] if word != "her" else "f", said)
        if word in ("it", "its"):
            return next((who for who, kind in reversed(said) if kind == "ORG"), None)
        beside = next(
            (
                m[3]
                for m in self.mentions
                if m[2] == "PER" and last < m[0] < last + 5 and a.gap(last).strip() == "," and all(map(a.near, range(last + 1, m[0])))
            ),
            None,
        )
        if beside and is_noun(a, head):  # its director, Ann Rao
            return beside
        if is_noun(a, head) and (a.words[first] in ("the", "his", "her", "their", "its") or a.possessive(first) or first == head):
            return self.by_role(first, last, word)
        return None

    def referent(self, at, sex, said):
        """The person that he or she stands for: the first one of the sentence, or of one of those before, who fits."""
        a = self.a
        fits = lambda who: who and ";" not in who and self.kind.get(who) == "PER" and (sex is None or self.gender.get(who) in (None, sex))
        for sentence in range(a.sentence[at], max(a.sentence[at] - 4, -1), -1):
            lo, hi = a.opens[sentence], min(a.opens[sentence + 1], at)
            here = [(m[1], m[3]) for m in self.mentions if m[2] == "PER" and lo <= m[0] < hi and a.quote[m[0]] < 0 and fits(m[3])]
            here += [(word, who) for word, who in self.spoke if lo <= word < hi and fits(who)]
            if here:
                who = min((a.possessive(word), word, who) for word, who in here)[2]
                self.gender[who] = self.gender.get(who) or sex
                return who
        return None

    def by_role(self, first, last, head):
        """The one who was introduced as this before: every word of the role is among those said of the person."""
        a = self.a
        words = {w for w in a.words[first : last + 1] if w not in read_words("stopwords/en")}
        heads = TOP if head in TOP else {head}
        before = [m for m in self.mentions if m[0] < first]
        for exact in (True, False):
            for mention in reversed(before):
                role = self.roles.get(mention[3], set())
                if mention[2] == "PER" and (words <= role if exact else words - TOP <= role and role & heads and words != {head}):
                    return mention[3]
        bodies = [m[3] for m in before if m[2] == "ORG"] if head in BODIES and a.words[first] == "the" and last - first < 3 else []
        return next(
            (who for who in reversed(bodies) if head in who.lower()),
            bodies[-1] if bodies and head in ("agency", "company", "organisation", "organization", "group", "firm") else None,
        )
