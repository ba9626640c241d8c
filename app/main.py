"""The file Flet packages and runs on the tablet."""

import flet as ft

from app.opening import main_of
from app.settings import packaged_settings

if __name__ == "__main__":
    ft.run(main_of(packaged_settings()))
