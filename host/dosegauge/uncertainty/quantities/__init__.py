"""Measurement models of what only the host computes: images and counting of the gamma camera."""

from dosegauge.uncertainty.quantities.ct import LOW_CONTRAST, MTF, REPEATABILITY, UNIFORMITY
from dosegauge.uncertainty.quantities.gamma import COUNT_RATE, FWHM, PLANAR_SENSITIVITY
from dosegauge_core.uncertainty.model import Model

MODELS: tuple[Model, ...] = (
    REPEATABILITY,
    UNIFORMITY,
    MTF,
    LOW_CONTRAST,
    PLANAR_SENSITIVITY,
    COUNT_RATE,
    FWHM,
)
