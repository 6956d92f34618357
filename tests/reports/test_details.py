"""The laboratory's and the job's files."""

from pathlib import Path

import pytest

from dosegauge.errors import WrongUse
from dosegauge.reports.details import Job, Laboratory, load_job, load_laboratory


def test_a_laboratory_with_its_standards(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(
        """
        name = "某省计量院"
        utc_offset = "+08:00"
        [[standards]]
        name = "Height gauge"
        certificate = "CD-1"
        valid_to = 2026-09-30
        """,
        encoding="utf-8",
    )
    lab = load_laboratory(path)
    assert (lab.name, lab.standards[0].valid_to) == ("某省计量院", "2026-09-30")


def test_a_job_with_a_date(tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    path.write_text('certificate_no = "X-1"\nissued = 2026-03-02\nwith_verdicts = true\n')
    assert load_job(path) == Job(certificate_no="X-1", issued="2026-03-02", with_verdicts=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nome = 'x'", "nome is not known"),
        ("place = 3", "place is no text"),
        ("place = ", "Invalid value"),
        ("issued = 'tomorrow'", "issued is no date like 2026-03-01"),
        ("with_verdicts = 'yes'", "with_verdicts is neither true nor false"),
        (f"place = '{'x' * 401}'", "more than 400 characters"),
    ],
)
def test_a_job_that_cannot_be_read_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "job.toml"
    path.write_text(content)
    with pytest.raises(WrongUse, match=said) as caught:
        load_job(path)
    assert caught.value.where == str(path)
    assert "\n" not in caught.value.line("zh")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("standards = 3", "standards is no list of tables"),
        ("[[standards]]\ncertificate = 'x'", "without name"),
        ("[[standards]]\nname = 'x'\nvalid_to = 'soon'", "valid_to is no date"),
        ("utc_offset = 'Peking'", "no offset like"),
    ],
)
def test_a_laboratory_that_cannot_be_read(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(content)
    with pytest.raises(WrongUse, match=said):
        load_laboratory(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="No such file"):
        load_job(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("offset", "day"),
    [("+08:00", "2026-03-02"), ("-05:00", "2026-03-01"), ("+00:00", "2026-03-01")],
)
def test_the_date_on_paper_is_the_laboratorys(offset: str, day: str) -> None:
    # 2026-03-01T20:00:00Z
    assert Laboratory(utc_offset=offset).day(1_772_395_200_000) == day
