"""How a picture of a lane looks: its style sheet for light, dark and small screens, and its marks.

No font is named alone and nothing is measured, so that the bytes hang on nothing but the rows.
"""

WIDTH = 880
_FONTS = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif"
_LIGHT = f"""text{{font:13px {_FONTS};fill:#59636e}}
.bg{{fill:#fff;stroke:#d1d9e0}}.grid{{stroke:#d1d9e0}}.edge{{stroke:#8c959f}}
.head{{font-size:17px;font-weight:600;fill:#1f2328}}
.name{{font-size:12px;fill:#0550ae}}.now.name{{font-weight:600}}.lead{{stroke:#0550ae;stroke-opacity:.45}}
.halo{{stroke:#fff;stroke-width:4;stroke-linejoin:round;paint-order:stroke}}
.band{{fill:#54aeff;fill-opacity:.22}}.strip{{fill:#818b98;fill-opacity:.1}}
.line{{fill:none;stroke:#0969da;stroke-width:2.5;stroke-linejoin:round}}
.reference{{stroke:#59636e;stroke-dasharray:2 4}}.ring{{fill:none;stroke:#0969da;stroke-width:2}}
.improvement{{fill:#0969da;stroke:#fff;stroke-width:1.5}}
.noise{{fill:none;stroke:#818b98;stroke-width:6;stroke-linecap:round}}
.regression{{fill:#bc4c00;stroke:#bc4c00;stroke-width:0}}
.blocked{{fill:none;stroke:#8250df;stroke-width:2}}
.invalid{{fill:none;stroke:#6e7781;stroke-width:1.3}}
.small{{display:none}}"""
_MANY = """.many .noise{stroke-width:3;stroke-opacity:.75}.many .regression{opacity:.38}
.many .invalid{opacity:.6}.many .blocked{stroke-width:1;opacity:.6}.many .band{fill-opacity:.45}"""
_SMALL = """@media(max-width:600px){.wide{display:none}.small{display:inline}
text{font-size:24px}.head{font-size:31px}.line,.ring{stroke-width:4}.noise{stroke-width:10}
.improvement{stroke-width:0}.regression{stroke-width:5}.blocked{stroke-width:2.6}
.invalid{stroke-width:2.2}.many .noise{stroke-width:5}
.many .regression,.many .invalid,.many .blocked{stroke-width:1}}"""
_DARK = """@media(prefers-color-scheme:dark){text{fill:#9198a1}
.bg{fill:#0d1117;stroke:#3d444d}.grid{stroke:#3d444d}.edge{stroke:#656c76}.head{fill:#f0f6fc}
.name{fill:#79c0ff}.lead{stroke:#79c0ff}.halo{stroke:#0d1117}
.band{fill:#388bfd;fill-opacity:.28}.line,.ring{stroke:#58a6ff}.reference{stroke:#9198a1}
.improvement{fill:#58a6ff;stroke:#0d1117}.noise{stroke:#7d8590}
.regression{fill:#f0883e;stroke:#f0883e}.blocked{stroke:#bc8cff}.invalid{stroke:#9198a1}}"""

GLYPHS: dict[str, str] = {
    "improvement": "●",
    "noise": "•",
    "regression": "▲",
    "blocked": "✕",
    "invalid": "◇",
}
_SHAPES: dict[str, str] = {
    "improvement": "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
    "noise": "h0",
    "regression": "m-4 3.5h8l-4-7.5z",
    "blocked": "m-4-4l8 8m0-8l-8 8",
    "invalid": "m-4 0l4-4 4 4-4 4z",
}
_SMALL_SHAPES: dict[str, str] = _SHAPES | {
    "improvement": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "regression": "m-3 2.5h6l-3-5.5z",
    "blocked": "m0-4v8",
    "invalid": "m-3 0l3-3 3 3-3 3z",
}


def style(*, is_many: bool) -> str:
    """The style sheet of a picture."""
    parts = [_LIGHT, *([_MANY] if is_many else []), _SMALL, _DARK]
    return "\n".join(parts)


def shape(name: str, *, is_many: bool) -> str:
    """The path of a mark, from its middle."""
    return (_SMALL_SHAPES if is_many else _SHAPES)[name]
