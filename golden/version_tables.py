"""The two tables of docs/libtorch-versions.md, which keep the answers of all versions: what differs, and what is alike on all."""
import re

UNASKED = "?"  # by this version, of a question that another was asked


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def cells(line):
    return line.strip("| \n").split(" | ")


def upstream(name):
    """The name without Debian's revision and the kind of a wheel, neither of which changes an answer."""
    return re.sub(r"(\+dfsg)?-[^ ]*|\+c[^ ]*", "", name)


def order(name):
    """Debian's before wheels', older before newer."""
    version = [int(number) for number in re.match("[0-9.]+", name)[0].split(".")]
    return "(Debian)" not in name, version


def alike(expected, got):
    """Whether two answers agree; each may be several that cannot be told apart where it was given."""
    return bool(set(expected.split(" or ")) & set(got.split(" or ")))


class Tables:
    def __init__(self):
        self.columns = {}  # by upstream version: name, day, capability, blas, answers

    @classmethod
    def parsed(cls, text):
        tables, names, common = cls(), [], False
        for line in text.splitlines():
            if asked := re.fullmatch(r"\* (.+ \(.+\)): (\S+), (\S+), BLAS (\S+)", line):
                name, day, capability, blas = asked.groups()
                tables.put({"name": name, "day": day, "capability": capability, "blas": blas, "answers": {}})
            elif line.startswith("| what differs by version |"):
                names = cells(line)[1:]
            elif line.startswith("| alike on all |"):
                common = True
            elif line.startswith("| ") and not line.startswith("| ---"):
                question, *answers = cells(line)
                if common:
                    answers *= len(tables.columns)
                for name, answer in zip([c["name"] for c in tables.columns.values()] if common else names, answers):
                    if answer != UNASKED:
                        tables.column(name)["answers"][question] = answer
        return tables

    def put(self, said):
        self.columns[upstream(said["name"])] = said

    def column(self, name):
        return self.columns.get(upstream(name))

    def text(self):
        columns = sorted(self.columns.values(), key=lambda c: order(c["name"]))
        text = "".join(f"* {c['name']}: {c['day']}, {c['capability']}, BLAS {c['blas']}\n" for c in columns)
        # In the order in which the last one was asked.
        newest = max(columns, key=lambda c: (len(c["answers"]), c["day"]))
        questions = dict.fromkeys([*newest["answers"], *(q for c in columns for q in c["answers"])])
        differing, common = [], []
        for question in questions:
            answers = [c["answers"].get(question) or UNASKED for c in columns]
            if len(set(answers)) == 1:
                common.append([question, answers[0]])
            else:
                differing.append([question, *answers])
        if differing:
            text += "\n" + row(["what differs by version", *(c["name"] for c in columns)])
            text += row(["---"] * (len(columns) + 1)) + "".join(map(row, differing))
        text += "\n" + row(["alike on all", "answer"]) + row(["---", "---"])
        return text + "".join(map(row, common))
