"""The screens of the program by name; the window makes each when it is first opened."""

from qms_desktop.gui.screens.base import Screen
from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.due import DueCalculator
from qms_desktop.gui.screens.fallback import Fallback
from qms_desktop.gui.screens.first_run import FirstRun
from qms_desktop.gui.screens.import_register import ImportRegister
from qms_desktop.gui.screens.intake import IntakeScreen
from qms_desktop.gui.screens.intake_late import LateIntake
from qms_desktop.gui.screens.preview import Preview
from qms_desktop.gui.screens.procedures import Procedures
from qms_desktop.gui.screens.register import Register
from qms_desktop.gui.screens.sign_in import SignIn
from qms_desktop.gui.screens.statistics import StatisticsScreen
from qms_desktop.gui.screens.sync import SyncScreen
from qms_desktop.gui.screens.system import SystemScreen
from qms_desktop.gui.screens.today import Today
from qms_desktop.gui.screens.unit import UnitScreen

SCREENS: dict[str, type[Screen]] = {
    screen.name: screen
    for screen in (
        FirstRun,
        SignIn,
        Today,
        Register,
        DossierScreen,
        IntakeScreen,
        LateIntake,
        Fallback,
        ImportRegister,
        Procedures,
        DueCalculator,
        SyncScreen,
        UnitScreen,
        SystemScreen,
        StatisticsScreen,
        Preview,
    )
}
