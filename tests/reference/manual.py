"""The manual page, from the commands and options that the program has."""

from collections.abc import Iterator
from typing import Any

from homegolf_git import __version__
from homegolf_git.cli.app import parser

HEAD = r"""
.SH NAME
homegolf, git\-homegolf \- a ledger of training runs in git: incumbents, verdicts, when to stop
.SH SYNOPSIS
.B homegolf
.RI [ options ]
.I command
.RI [ arguments ]
.br
.B git homegolf
.RI [ options ]
.I command
.RI [ arguments ]
.SH DESCRIPTION
Every retained training run is one YAML row in one commit below
.IR ledger/ ;
everything else is computed from the rows.
.B homegolf status
is where to begin, and
.BI "homegolf " command " \-\-help"
tells of one command, with an example.
"""
TAIL = r"""
.SH EXIT STATUS
0: all is well; of
.BR judge :
keep.
1: errors to report, or refused.
2: called wrongly.
3: a bug; the report is named.
4: something around it is amiss, such as no repository.
5: somebody else was first.
10: plateaued.
20, 21, 22, 23: discard, more, invalid, blocked, of
.B judge
and
.BR capture .
130: interrupted.
.SH ENVIRONMENT
.TP
.B COLUMNS
How wide an answer is; else as wide as the terminal, and as it is into a pipe.
.TP
.B NO_COLOR
No colours, as with
.BR \-\-no\-color .
.SH FILES
.TP
.I ledger/ladder.yaml
The lanes in the order of promotion.
.TP
.IR ledger/ lane /lane.yaml
The rules of a lane.
.TP
.IR ledger/ lane /SCOREBOARD.md
What its rows say, written by
.BR "homegolf scoreboard" .
.SH SEE ALSO
.BR git (1)
"""


def escaped(text: str) -> str:
    """Words in which nothing is a request of roff."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


def page() -> str:
    """The page homegolf(1)."""
    root = parser()
    lines = [
        ".\\\" Written by `make golden` from the program's own help.",
        f'.TH HOMEGOLF 1 "" "homegolf\\-git {__version__}" "homegolf\\-git"',
        HEAD.strip(),
        ".SH GLOBAL OPTIONS",
        "The first four may also stand behind the command.",
        *(line for item in root.params for line in option(item)),
        ".SH COMMANDS",
        *commands(root, "homegolf"),
        TAIL.strip(),
    ]
    return "\n".join(lines) + "\n"


def commands(group: Any, words: str) -> Iterator[str]:  # noqa: ANN401 - the parser's own
    """The section of every command that can be called."""
    for name, item in group.commands.items():
        if hasattr(item, "commands"):
            yield from commands(item, f"{words} {name}")
            continue
        shown = [param for param in item.params if not getattr(param, "hidden", False)]
        options = [param for param in shown if param.opts[0].startswith("-")]
        arguments = [param for param in shown if param not in options]
        called = [f"{words} {name}", *(["[options]"] if options else [])]
        called += [given(param) for param in arguments]
        yield f".SS {escaped(' '.join(called))}"
        yield escaped(item.help or "")
        for param in (*arguments, *options):
            yield from option(param)


def given(param: Any) -> str:  # noqa: ANN401 - as above
    """An argument as the usage has it."""
    return str(param.metavar) if param.required else f"[{param.metavar}]"


def option(param: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """An option or argument with its help."""
    if not param.opts[0].startswith("-"):
        names = f"\\fI{escaped(str(param.metavar))}\\fR"
    else:
        names = ", ".join(
            f"\\fB{escaped(name)}\\fR" for name in (*param.opts, *param.secondary_opts)
        )
        if not param.is_flag:
            names += f" \\fI{escaped(str(param.metavar))}\\fR"
    yield from (".TP", names, escaped(param.help or ""))
