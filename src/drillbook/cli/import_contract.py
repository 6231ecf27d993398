"""A contract for import-linter: a package imports the standard library and itself, nothing else."""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StandardLibrary(Contract):
    """Holds where no module of `package` imports anything but the standard library and modules of the package."""

    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare each import with the list of the standard library's modules."""
        package = str(self.package)
        modules = {package, *graph.find_descendants(package)}
        wrong = sorted(
            (module, imported)
            for module in modules
            for imported in graph.find_modules_directly_imported_by(module)
            if imported not in modules and imported.split(".")[0] not in sys.stdlib_module_names
        )
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that is not allowed."""
        for module, imported in check.metadata["wrong"]:
            output.print_error(f"{module} imports {imported}. Hosts have only the standard library: use that instead.")
