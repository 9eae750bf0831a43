"""mutators.py: what mutate.py may change in a C source, as one table of mutators.

Nothing is changed in comments, strings and preprocessor lines. A mutation is a place in the text and what comes there
instead; it never adds or removes a line.
"""

import collections
import re

Mutation = collections.namedtuple("Mutation", "line start end new what")
Token = collections.namedtuple("Token", "kind text start end line")

TOKEN = re.compile(r"""
    (?P<blank>\s+|//[^\n]*|/\*.*?\*/|\\\n)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+\.\d+|\d+[uUlL]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|[^\s\w])
""", re.X | re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.M)

HEADS = {"if", "while", "for", "switch"}
# What a statement that can be dropped doesn't begin with.
KEYWORDS = HEADS | set("""auto break case char const continue default do double else enum extern float goto inline int long
register return short signed sizeof static struct typedef union unsigned void volatile bool _Static_assert
static_assert""".split())
SWAPS = {
    "<": ("a comparison", ("<=", ">")), "<=": ("a comparison", ("<", ">=")),
    ">": ("a comparison", (">=", "<")), ">=": ("a comparison", (">", "<=")),
    "==": ("a comparison", ("!=",)), "!=": ("a comparison", ("==",)),
    "&&": ("and and or", ("||",)), "||": ("and and or", ("&&",)),
    "++": ("plus and minus", ("--",)), "--": ("plus and minus", ("++",)),
    "+=": ("plus and minus", ("-=",)), "-=": ("plus and minus", ("+=",)),
    "<<": ("bits", (">>",)), ">>": ("bits", ("<<",)), "|=": ("bits", ("&=",)), "&=": ("bits", ("|=",)),
    "/": ("times and divided", ("*",)), "%": ("times and divided", ("/",)),
    "true": ("true and false", ("false",)), "false": ("true and false", ("true",)),
}
# Those that are something else without a left side.
BINARY = {"+": ("plus and minus", "-"), "-": ("plus and minus", "+"), "&": ("bits", "|"), "|": ("bits", "&"),
          "*": ("times and divided", "/")}


class Source:
    """A text, its tokens, and which bracket belongs to which."""

    def __init__(self, text):
        self.text = text
        self.tokens = []
        self.pairs = {}    # the index of a bracket: that of its partner
        self.inside = []   # of each token: the index of the bracket that it stands in, or None
        self.code = set()  # the indices of braces that hold statements
        self._read()
        self._pair()

    def _read(self):
        plain = DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), self.text)
        line = 1
        for found in TOKEN.finditer(plain):
            if found.lastgroup != "blank":
                self.tokens.append(Token(found.lastgroup, found.group(), found.start(), found.end(), line))
            line += found.group().count("\n")

    def _pair(self):
        stack = []
        for index, token in enumerate(self.tokens):
            if token.kind == "sign" and token.text in ")]}" and stack:
                self.pairs[index] = stack[-1]
                self.pairs[stack.pop()] = index
            self.inside.append(stack[-1] if stack else None)
            if token.kind == "sign" and token.text in "([{":
                if token.text == "{" and self._holds_statements(index):
                    self.code.add(index)
                stack.append(index)

    def word(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _follows_head(self, index):
        """Is this the `)` of `if (…)` or of the like?"""
        before = self.word(self.pairs.get(index, 0) - 1)
        return self.word(index) == ")" and (before in HEADS or before.endswith("ForEach"))

    def _holds_statements(self, index):
        before = self.word(index - 1)
        if before == ")":
            owner = self.pairs.get(index - 1, 0) - 1
            return self._follows_head(index - 1) or (owner >= 0 and self.tokens[owner].kind == "name"
                                                     and self.word(owner) not in KEYWORDS)
        if before in ("else", "do"):
            return True
        return (before in (";", "{", "}") or self._follows_label(index - 1)) and self.inside[-1] in self.code

    def _follows_label(self, index):
        """Is this the `:` of a label, and not that of `a ? b : c`?"""
        if self.word(index) != ":":
            return False
        while index >= 0 and self.word(index) not in (";", "{", "}", "?"):
            if self.word(index) in ("case", "default"):
                return True
            index -= 1
        return False

    def begins_statement(self, index):
        if self.inside[index] not in self.code:
            return False
        before = self.word(index - 1)
        return before in (";", "{", "}", "else", "do") or self._follows_head(index - 1) or self._follows_label(index - 1)

    def end_of(self, index, ends):
        """The first of these signs after this token, outside of brackets; None when what it stands in ends before."""
        while index < len(self.tokens):
            if self.tokens[index].kind == "sign":
                if self.word(index) in ends:
                    return index
                if self.word(index) in "([{":
                    index = self.pairs.get(index, len(self.tokens))
                elif self.word(index) in ")]}":
                    return None
            index += 1
        return None

    def has_left_side(self, index):
        left = self.tokens[index - 1] if index else None
        return left is not None and (left.kind == "number" or left.text in (")", "]") or
                                     (left.kind == "name" and left.text not in KEYWORDS))

    def replace(self, first, last, new, what):
        """Tokens first to last become `new`, with as many lines as before."""
        start, end = self.tokens[first].start, self.tokens[last].end
        return Mutation(self.tokens[first].line, start, end, new + "\n" * self.text.count("\n", start, end), what)


def swapped(source, index):
    token = source.tokens[index]
    if token.kind in ("sign", "name") and token.text in SWAPS:
        what, others = SWAPS[token.text]
        for other in others:
            yield source.replace(index, index, other, f"swap {what}: {token.text} to {other}")


def swapped_binary(source, index):
    token = source.tokens[index]
    if token.kind != "sign" or token.text not in BINARY or not source.has_left_side(index):
        return
    if token.text == "*" and source.tokens[index - 1].kind != "number" and \
       source.word(index + 1) != "(" and not source.word(index + 1).isdigit():
        return  # perhaps a pointer
    what, other = BINARY[token.text]
    yield source.replace(index, index, other, f"swap {what}: {token.text} to {other}")


def off_by_one(source, index):
    token = source.tokens[index]
    if token.kind != "number" or "." in token.text:
        return
    digits = token.text.rstrip("uUlL")
    suffix = token.text[len(digits):]
    hexadecimal = digits[:2] in ("0x", "0X")
    value = int(digits, 16 if hexadecimal else 8 if digits[0] == "0" and len(digits) > 1 else 10)
    for other in (value + 1, value - 1):
        if other >= 0:
            new = (f"0x{other:X}" if hexadecimal else str(other)) + suffix
            yield source.replace(index, index, new, f"off by one: {token.text} to {new}")


def negated(source, index):
    if source.word(index) not in ("if", "while") or source.word(index + 1) != "(" or index + 1 not in source.pairs:
        return
    first, last = index + 1, source.pairs[index + 1]
    condition = source.text[source.tokens[first].start:source.tokens[last].end]
    start, end = source.tokens[first].start, source.tokens[last].end
    yield Mutation(source.tokens[first].line, start, end, f"(!{condition})", "negate a condition")


def not_not(source, index):
    if source.tokens[index].kind == "sign" and source.word(index) == "!":
        yield source.replace(index, index, "", "drop a !")


def other_end(source, index):
    """`a ? b : c` to `a ? c : b`."""
    if source.tokens[index].kind != "sign" or source.word(index) != "?":
        return
    colon, open_ones = index + 1, 1
    while True:
        colon = source.end_of(colon, ("?", ":"))
        if colon is None:
            return
        open_ones += 1 if source.word(colon) == "?" else -1
        if not open_ones:
            break
        colon += 1
    last = colon
    while last + 1 < len(source.tokens) and source.word(last + 1) not in (",", ";", ")", "]", "}"):
        last = source.pairs.get(last + 1, last + 1) if source.word(last + 1) in ("(", "[", "{") else last + 1
    if last == colon or colon == index + 1:
        return
    middle = source.text[source.tokens[index + 1].start:source.tokens[colon - 1].end]
    end = source.text[source.tokens[colon + 1].start:source.tokens[last].end]
    between = source.text[source.tokens[colon - 1].end:source.tokens[colon + 1].start]
    yield Mutation(source.tokens[index].line, source.tokens[index + 1].start, source.tokens[last].end,
                   end + between + middle, "swap the ends of a ?:")


def dropped(source, index):
    """A statement that is no declaration, or a jump."""
    token = source.tokens[index]
    if not source.begins_statement(index):
        return
    end = source.end_of(index, (";",))
    if end is None:
        return
    if token.text in ("break", "continue") or (token.text == "return" and end == index + 1):
        yield source.replace(index, end - 1, "", f"drop a {token.text}")
        return
    if end == index or token.text in KEYWORDS or (token.kind != "name" and token.text not in ("*", "++", "--")):
        return
    following = source.tokens[index + 1]
    if token.kind == "name" and (following.kind == "name" or following.text == ":"):
        return
    if following.text == "*" and source.word(index + 3) in ("=", ";", ",", "[", ")"):
        return
    call = source.word(end - 1) == ")" and source.end_of(index, ("=", "+=", "-=", "|=", "&=")) is None
    yield source.replace(index, end - 1, "", "drop a call" if call else "drop a statement")


MUTATORS = (swapped, swapped_binary, off_by_one, negated, not_not, other_end, dropped)


def mutations(text):
    """All that can be changed in a text, by line: {line: [Mutation, …]}."""
    source = Source(text)
    by_line = {}
    for index in range(len(source.tokens)):
        for mutator in MUTATORS:
            for mutation in mutator(source, index):
                by_line.setdefault(mutation.line, []).append(mutation)
    return by_line


def apply(text, mutation):
    return text[:mutation.start] + mutation.new + text[mutation.end:]
