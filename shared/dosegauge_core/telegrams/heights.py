"""A height in nm from a reading's raw bytes, whichever gauge of a plan's channel it came from."""

from . import digimatic, opto, scale

NM_PER_MM = 1000000
GAUGES = ("opto", "digimatic", "scale")
DECIMALS, RESOLUTION_NM = 4, 5000

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    # A setting of the channel by name, with its default.
    Setting = Callable[[str, int], int]


def height_nm(driver: "object", raw: "bytes", setting: "Setting") -> "int":
    """The height; TelegramError for raw bytes that are none, ValueError for no gauge."""
    if driver == "opto":
        agreement_nm = setting("agreement_nm", opto.AGREEMENT_NM)
        return opto.value_nm(raw, setting("decimals", DECIMALS), agreement_nm)
    if driver == "digimatic":
        agreement_nm = setting("agreement_nm", digimatic.AGREEMENT_NM)
        return digimatic.value_nm(raw, setting("decimals", DECIMALS), agreement_nm)
    if driver == "scale":
        return scale.value_nm(raw, setting("resolution_nm", RESOLUTION_NM), setting("reverse", 0))
    raise ValueError("{} is no gauge".format(driver))


def last_place_nm(driver: "object", setting: "Setting") -> "int":
    """The smallest step that the gauge shows."""
    if driver == "scale":
        return setting("resolution_nm", RESOLUTION_NM)
    step_nm: "int" = NM_PER_MM // 10 ** setting("decimals", DECIMALS)
    return step_nm
