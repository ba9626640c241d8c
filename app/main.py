"""The file Flet packages and runs on the tablet."""

import flet as ft

from app.settings import packaged_settings
from app.shell import make_main

if __name__ == "__main__":
    ft.run(make_main(packaged_settings()))
