"""Who a speaker is: names, pronouns, roles and kinds of bodies, resolved within one article."""

import re
from bisect import bisect_left
from itertools import chain

from utils.grammar.phrases import group, phrase_from, words
from utils.words import read_words


class Cast:
    """Who is spoken of in one article: mentions of names (first word, last word, kind, canonical), and what each person is called."""

    def __init__(self, a, names):
        self.a, self.mentions, self.people, self.roles, self.gender, self.spoke, self.kind = a, [], {}, {}, {}, [], {}
        for start, end, kind, canonical, role in sorted(names, key=lambda name: name[0]):
            first, last = bisect_left(a.start, start), bisect_left(a.start, end) - 1
            if first <= last:
                self.kind[canonical] = kind
                self.mentions.append((first, last, kind, canonical))
                if kind == "PER":
                    self.people.setdefault(canonical, []).append((first, last, role if isinstance(role, str) else ""))

    def _meet(self, person):
        """Keep the words of a person's roles, once they are asked for: ISRO chairman Kumar; Kumar, who is the chairman of ISRO."""
        a = self.a
        for first, last, role in self.people.pop(person, ()):
            before, called = group(a, last), set(re.findall(r"[\w-]+", role.lower()))
            called |= set(a.words[before:first] if before is not None else ())
            beside = phrase_from(a, last, 3 if a.words[last + 1] == "who" else 1) if last + 1 < a.closing(first) and "," in a.gap(last) else None
            if beside and a.is_a(beside[3], "speaker"):
                called |= set(a.words[beside[0] : beside[1] + 1])
            self.roles.setdefault(person, set()).update(called)
            title, given = called | {a.words[first - 1]}, set(person.lower().split()[:-1])
            clues = ("m", "male-name", given), ("f", "female-name", given), ("m", "male", title), ("f", "female", title)
            self.gender[person] = self.gender.get(person) or next((sex for sex, kind, heard in clues if heard & words()[kind]), None)
        return self

    def actor(self, span, said):
        """Who a speaker is: by name, else by pronoun, role or kind of body; None where nothing tells. `said`: the speakers so far."""
        first, last, head_first, head = span
        word, a = self.a.words[head], self.a
        named = [m for m in self.mentions if m[0] <= last and m[1] >= head_first]
        people = [m for m in named if m[2] == "PER"]
        together = list(dict.fromkeys(m[3] for m in people if m[0] <= head))
        if "and" in a.words[head_first:head] and len(together) > 1:
            return "; ".join(together)
        if people[:1] == named[:1] and people and (a.words[people[0][1] + 1] == "of" or a.is_a(head, "speech") and a.possessive(people[0][1])):
            return people[0][3]  # Ann Rao of JAXA; Rao’s statement
        if people[-1:] == named[-1:] and people and people[-1][1] == last and a.is_a(head, "speaker") and not a.is_a(first, "determiner"):
            return people[-1][3]  # director of the museum Ann Rao
        if ends := [m[3] for m in named if m[0] <= head <= m[1]]:
            return ends[-1]
        if word in ("he", "she", "his", "her", "who"):
            return self._referent(first, {"h": "m", "s": "f", "w": None}[word[0]] if word != "her" else "f", said)
        if word in ("it", "its"):
            return next((who for who, kind in reversed(said) if kind == "ORG"), None)
        if a.is_a(head, "speaker"):
            for m in self.mentions:
                if m[2] == "PER" and last < m[0] < last + 5 and a.gap(last).strip() == "," and all(map(a.near, range(last + 1, m[0]))):
                    return m[3]  # its director, Ann Rao
            if a.words[first] in ("the", "his", "her", "their", "its") or a.possessive(first) or first == head:
                return self._by_role(first, last, word)
        return None

    def _referent(self, at, sex, said):
        """The person that he or she stands for: the first one of the sentence, or of one of those before, who fits."""
        a = self.a
        fits = lambda who: self.kind.get(who) == "PER" and (sex is None or self._meet(who).gender.get(who) in (None, sex))
        for sentence in range(a.sentence[at], max(a.sentence[at] - 4, -1), -1):
            lo, hi = a.opens[sentence], min(a.opens[sentence + 1], at)
            here = [(m[1], m[3]) for m in self.mentions if lo <= m[0] < hi and not a.quoted(m[0])] + [(k, who) for k, who in self.spoke if lo <= k < hi]
            if here := [(a.possessive(k), k, who) for k, who in here if fits(who)]:
                who = min(here)[2]
                self.gender[who] = self._meet(who).gender.get(who) or sex
                return who
        return None

    def _by_role(self, first, last, head):
        """The one who was introduced as this before: every word of the role is among those said of the person; of a body, the last."""
        a, before = self.a, [m for m in reversed(self.mentions) if m[0] < first]
        called = set(a.words[first : last + 1]) - read_words("stopwords/en")
        bodies = [m[3] for m in before if m[2] == "ORG"] if head in words()["body"] and a.words[first] == "the" and last - first < 3 else []
        people = (m[3] for m in before if m[2] == "PER" and called <= self._meet(m[3]).roles[m[3]])
        return next(chain(people, (who for who in bodies if head in who.lower()), bodies if head in words()["any-body"] else ()), None)
