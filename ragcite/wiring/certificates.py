"""The certificate that a library keeps of its own calibration, and those that the package carries."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ragcite.errors import LibraryError
from ragcite.schema import certificate_in, certificate_out
from ragcite.storage import CERTIFICATE, make_private_folder, replace_file
from ragcite.types import Certificate


class Certificates:
    """`library` is the folder of the library, which need not exist."""

    def __init__(self, library: Path) -> None:
        self._file = library / CERTIFICATE

    def own(self) -> Certificate | None:
        """Raises `LibraryError` where the file is damaged."""
        try:
            return certificate_in(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            why = "it is no certificate" if isinstance(error, ValueError) else f"it cannot be read ({error.strerror})"
            raise LibraryError(f"{self._file}", why, "Run `ragcite calibrate` again, or with --reset.") from error

    def in_force(self, judge: str) -> Certificate | None:
        """The library's own where it is of the same judge, else the package's where that is, else none."""
        own = self.own()
        if own is not None and own.judge == judge:
            return own
        return next((one for one in self.packaged() if one.judge == judge and "en" in one.languages), None)

    def for_others(self, judge: str, threshold: float) -> Certificate | None:
        """The package's for other languages than English, if `threshold` is the one that it certifies."""
        fit = (one for one in self.packaged() if one.judge == judge and "en" not in one.languages)
        return next((one for one in fit if one.threshold == threshold), None)

    @staticmethod
    def packaged() -> list[Certificate]:
        """For each support model of the package one for English, and one for other languages."""
        files = resources.files("ragcite.verification").joinpath("certificates").iterdir()
        return [certificate_in(file.read_text("utf-8")) for file in files if file.name.endswith(".json")]

    def keep(self, certificate: Certificate) -> Path:
        """Raises `LibraryError` where it cannot be written."""
        try:
            make_private_folder(self._file.parent)
            replace_file(self._file, _bytes_of(certificate))
        except OSError as error:
            raise LibraryError(
                f"{self._file}", f"it cannot be written ({error.strerror})", "Choose --library."
            ) from error
        return self._file

    def own_bytes(self) -> bytes | None:
        """As `keep` writes it. Raises `LibraryError` where the file is damaged."""
        own = self.own()
        return _bytes_of(own) if own is not None else None

    def forget(self) -> bool:
        """Whether there was one."""
        existed = self._file.exists()
        self._file.unlink(missing_ok=True)
        return existed


def _bytes_of(certificate: Certificate) -> bytes:
    return (certificate_out(certificate).model_dump_json(indent=1) + "\n").encode()


def other_facts(certificate: Certificate | None) -> dict[str, str]:
    """The line of `status` for languages other than English."""
    if certificate is None:
        return {"other languages": "no certificate at this threshold"}
    c = certificate
    kept = f"{100 * c.kept / c.supported:.0f} %"
    said = f"{c.k} of {c.n} false passes, at most {100 * c.bound:.1f} %; {kept} of the supported kept"
    return {"other languages": f"{', '.join(c.languages)}: {said} ({c.source}, {c.made})"}


def certificate_facts(certificate: Certificate) -> dict[str, str]:
    """Lines for `status`."""
    c = certificate
    asked = f"asked for at most {100 * c.alpha:g} %; " if c.alpha is not None else ""
    kept = f"{100 * c.kept / c.supported:.0f} % ({c.kept} of {c.supported})" if c.supported else "no such pairs"
    return {
        "calibrated on": f"{c.source}, {c.made}",
        "false passes": f"{asked}{c.k} of {c.n} unsupported pairs that no veto stops: at most {100 * c.bound:.1f} %, "
        "with 95 % confidence, of pairs like these",
        "stopped by vetoes": f"{c.vetoed} more unsupported pairs",
        "supported kept": kept,
    }
