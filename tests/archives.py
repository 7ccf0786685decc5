"""Archives that tests make on the spot."""

import io
import zipfile


def packed(files):
    """A zip file, as bytes, of {"name": content}."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
