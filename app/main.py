"""The file Flet packages and runs on the tablet."""

import flet as ft

from app.settings import packaged_settings
from app.shell import make_main, open_tablet

if __name__ == "__main__":
    ft.run(make_main(open_tablet(packaged_settings())))
