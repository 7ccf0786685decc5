"""Archives that tests make on the spot, and an Excel file of old."""

import base64
import io
import zipfile
import zlib

# Written with xlwt 1.3.0: id, Headline, Printed, Body / 7, Moon talks, a day (2017-11-18), two sentences / 8, Rover, "19/11/2017", a sentence / 9, Empty
XLS = zlib.decompress(base64.b64decode(
    "eNrtWE1IVFEU/u6bGR3Fn9E00EAeQlOZP00tqoVOimabEYugH4IamxcOju/JmyGZgrLMZRDUpmiRYIs2Vpt+qEVtokVg1CIIAq1lq6Cghfo697w7plbgQAnG+x733HvPPefc8+65f++9nqqYHr9fO4"
    "NlaIMP804RChbxBKWiXCUEanccWczlQUqOhzWFoiAFsiCAJ6WvCmUMZbxnoOGe/zlR4COlYxhCj2Ua+iqig32IC+lDK1GBm8QpQw17Vcn0JNN1TO+y5FOme5hzmWkryU6Lo5iK9jTsUrP4sFbPbWWQ"
    "dh+yznvmRFCNl3IWn78iXNkA2u1kPLXGGur8JZgABbTbMA1b1stxG8XAEUJTLNbU2TmNKgr2BL45OvA1t6qf6R5/dfkCxP++lF/4B36Qgricf1XzAyNwTvAiGUMJzvplix89xnB6Ftdk2DnRBE8maI"
    "/eZ8QTqaRp0PTotZNmxkiQQoeVyJJQzLJMPRNPDaTDwMF+Q88MW3o/KaT1QSPTrBMrq5vxQSOhm5aeNeJ2cwA4YJ02bNKO7G6JRFq2b4vsrAbadVuy9WRaz1j6KSuVsoalcNfgUEZ2BXfrCS3Zekp5"
    "SZYQTaCcyxW8MEP07rN3vryJ9fVGjzNnhI8b91DaKMcADi5IDVIugzsCOdrAGluZXmSrG7hcy7SKVg3l4d5qVdg7yjKXuDVM/exgvI1uWlTeTOWxz/sf1Y19im6h8mT3zJmqyXfRcdTTIZkgffmMol"
    "E0ihvXJR5Hc7lQG9gHpjW/bGZBLaR8d9TJW445jiFoPCTcmhwdsVDT1Fi5NR/VfMqWWGbrnFbMvArUKXnBtuRYuW0aefjilqbapK2AsqX9xpbGtuqVLTdqBQs16VfhQk3aCipbPvZ6qS0f2woreR/b"
    "kpeONq0SD2RHtL3/RDE8ePDgwYMHDx485AXhfhjwtUte/wLqIl6o/uvMUZr3fpP8tzgAi54MfVR2waTcRjav+bMeAZGzJVaok/tfKHGIercxgD72YyDv+UsfUmLx+6xYMfT3llC+/c/n4+c/7v8HNT"
    "f80w=="
))  # fmt: skip


def packed(files):
    """A zip file, as bytes, of {"name": content}."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
