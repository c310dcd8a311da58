"""`qms-desktop packet export|import`: the exchange by a file on a USB stick."""

import argparse

from qms_desktop.cli.verbs import opened
from qms_desktop.usecases import stick_files


def export(options: argparse.Namespace) -> int:
    """Write a packet for the province, or for another PC of the unit."""
    with opened(options) as office:
        line = office.export_packet(options.file, options.for_pc)
        files = stick_files.put(office.demand_store(), line, options.file) if options.files else ""
    print(line.words() + files)
    return 0


def take(options: argparse.Namespace) -> int:
    """Take a packet in; 1 when a part of it was not accepted."""
    with opened(options) as office:
        line = office.import_packet(options.file)
        files = stick_files.take(office.demand_store(), line, options.file)
    print(line.words() + files)
    return 0 if line.whole else 1
