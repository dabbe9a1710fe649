"""Translations are compiled without gettext, and what is missing from them is found."""

import gettext
import os
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
COMPLETE = 'msgid "Log a contact"\nmsgstr "Consigner un dialogue"\n'
needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")


@pytest.fixture
def catalogue(settings, tmp_path, monkeypatch) -> Path:
    """The French catalogue of a small house with one page."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    path = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + COMPLETE)
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text('{% translate "Log a contact" %}')
    return path


@pytest.fixture
def without_gettext(monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_a_catalogue_is_compiled_so_that_gettext_reads_it(catalogue):
    call_command("compile_translations")

    french = gettext.translation("django", catalogue.parents[2], ["fr"])
    assert french.gettext("Log a contact") == "Consigner un dialogue"


def test_a_catalogue_is_compiled_again_only_when_it_changed(catalogue, capsys):
    call_command("compile_translations")
    call_command("compile_translations")
    assert capsys.readouterr().out.count("Compiled") == 1

    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    call_command("compile_translations")

    assert capsys.readouterr().out.count("Compiled") == 1


def test_a_complete_catalogue_passes(catalogue, capsys):
    call_command("check_translations")

    assert "Every text is translated." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Withdraw"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Withdraw"\nmsgstr "Retirer"\n', "a guess that nobody has confirmed"),
        ('#, python-format\nmsgid "By %(name)s"\nmsgstr "Par"\n', "a placeholder is lost"),
        ('#, python-format\nmsgid "By %(name)s"\nmsgstr "Par %(nom)s"\n', "does not have"),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s jour"\nmsgstr[1] ""\n', "not translated"),
    ],
)
def test_an_unfinished_entry_is_found(catalogue, without_gettext, entry, problem):
    catalogue.write_text(f"{HEADER}{COMPLETE}\n{entry}")

    with pytest.raises(CommandError, match=problem):
        call_command("check_translations")


def test_an_absent_catalogue_is_found(catalogue, without_gettext):
    catalogue.unlink()

    with pytest.raises(CommandError, match="there is no catalogue"):
        call_command("check_translations")


def test_a_machine_without_gettext_says_what_it_did_not_check(catalogue, without_gettext, capsys):
    call_command("check_translations")

    assert "only the catalogue is checked" in capsys.readouterr().out


@needs_gettext
def test_a_text_that_is_not_in_the_catalogue_is_found(catalogue, settings):
    (settings.BASE_DIR / "templates" / "page.html").write_text('{% translate "Log a contact" %}{% translate "New" %}')

    with pytest.raises(CommandError, match=r"not in the catalogue: 'New' \(templates/page.html\)"):
        call_command("check_translations")
