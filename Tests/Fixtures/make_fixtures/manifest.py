"""What is known of each file: written beside the files as MANIFEST.tsv, which Tests/TestSupport reads."""

import hashlib
from pathlib import Path

COLUMNS = ("path condition kind format width height orientation duration taken_local offset_minutes make model lens "
           "exposure_time f_number iso focal_length latitude longitude altitude screenshot language lines note "
           "sha256").split()


class Manifest:
    """The truths, in the order in which the files were made."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.rows = []

    def path(self, name):
        """Where the file of this name goes; its folder is made."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, name, note, size=("", ""), condition="sound", kind="photo", format="jpeg", lines=(), **facts):
        """Notes a file that lies on disk by now. `size` is as seen: orientation applied."""
        unknown = set(facts) - set(COLUMNS)
        assert not unknown, f"{name}: no such columns: {unknown}"
        assert not any("|" in line for line in lines), f"{name}: a line holds the separator"
        self.rows.append(facts | {
            "path": name, "note": note, "condition": condition, "kind": kind, "format": format, "width": size[0],
            "height": size[1], "lines": "|".join(lines),
            "sha256": hashlib.sha256(self.path(name).read_bytes()).hexdigest()})

    def write(self):
        """Writes MANIFEST.tsv."""
        lines = ["\t".join(COLUMNS)]
        lines += ["\t".join(str(row.get(column, "")) for column in COLUMNS) for row in self.rows]
        self.path("MANIFEST.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
