"""Draw the pictures of the documents anew.

python -m benchmarks.pictures
"""

from benchmarks.pictures.scenes import PICTURES
from benchmarks.pictures.worlds import DOCS


def main() -> None:
    """Write every picture into docs/pictures."""
    for name, draw in PICTURES.items():
        path = DOCS / "pictures" / f"{name}.svg"
        path.write_text(draw(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
