"""Units of measure and currencies: a canonical dimension and a factor to its base unit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """`dimension` is what may be compared ("mass", "currency:EUR"); value × `factor` is in its base unit."""

    dimension: str
    factor: Fraction


_TABLE: tuple[tuple[str, str, str], ...] = (  # dimension, factor, names
    ("percent", "1", "% percent per_cent pct prozent por_ciento pour_cent pourcent 百分点之 percentage 厘"),
    ("percentage point", "1", "percentage_point percentage_points prozentpunkt prozentpunkte pp 个百分点 百分点"),
    ("length", "1/1000", "mm millimetre millimeter millimetres millimeters milímetros 毫米"),
    ("length", "1/100", "cm centimetre centimeter centimetres centimeters zentimeter centímetros 厘米 公分"),
    ("length", "1", "m metre meter metres meters metern metros mètres mètre 米 公尺"),
    ("length", "1000", "km kilometre kilometer kilometres kilometers kilómetros kilomètres 公里 千米"),
    ("length", "254/10000", "inch inches in. zoll pulgadas pouces 英寸"),
    ("length", "3048/10000", "ft foot feet fuß pies pieds 英尺"),
    ("length", "9144/10000", "yd yard yards"),
    ("length", "1609344/1000", "mi mile miles meile meilen millas milles 英里"),
    ("mass", "1/1000000", "mg milligram milligrams milligramm 毫克"),
    ("mass", "1/1000", "g gram grams gramm gramme grammes gramos 克"),
    ("mass", "1", "kg kilo kilos kilogram kilograms kilogramm kilogrammes kilogramos 公斤 千克"),
    ("mass", "1000", "t tonne tonnes ton tons tonnen toneladas 吨"),
    ("mass", "45359237/100000000", "lb lbs pound_weight"),
    ("mass", "28349523125/1000000000000", "oz ounce ounces"),
    ("duration", "1/1000", "ms millisecond milliseconds millisekunden 毫秒"),
    ("duration", "1", "s sec secs second_of_time seconds sekunde sekunden segundos secondes 秒"),
    ("duration", "60", "min mins minute minutes minuten minutos 分钟"),
    ("duration", "3600", "h hr hrs hour hours stunde stunden hora horas heure heures 小时"),
    ("duration", "86400", "day days tag tage tagen día días jour jours 天 日"),
    ("duration", "604800", "week weeks woche wochen semana semanas semaine semaines 周 星期"),
    ("months", "1", "month months monat monate monaten mes meses mois 个月 月"),
    ("months", "12", "year years yr yrs jahr jahre jahren año años an ans année années 年"),
    ("data", "1/1000", "byte bytes"),
    ("data", "1", "kb kilobyte kilobytes"),
    ("data", "1000", "mb megabyte megabytes"),
    ("data", "1000000", "gb gigabyte gigabytes"),
    ("data", "1000000000", "tb terabyte terabytes"),
    ("concentration", "1/1000", "µg/l μg/l"),
    ("concentration", "1", "mg/l"),
    ("concentration", "1000", "g/l"),
    ("volume", "1/1000", "ml millilitre millilitres milliliter milliliters 毫升"),
    ("volume", "1", "l litre litres liter liters litern litros 升"),
    ("area", "1", "m2 sqm square_metres square_meters quadratmeter metros_cuadrados mètres_carrés 平方米"),
    ("area", "10000", "ha hectare hectares hektar hectáreas 公顷"),
    ("area", "1000000", "km2 square_kilometres square_kilometers quadratkilometer 平方公里"),
    ("speed", "1", "km/h kph"),
    ("speed", "1609344/1000000", "mph"),
    ("power", "1/1000", "mw_small milliwatt"),
    ("power", "1", "w watt watts 瓦"),
    ("power", "1000", "kw kilowatt kilowatts 千瓦"),
    ("power", "1000000", "mw megawatt megawatts 兆瓦"),
    ("power", "1000000000", "gw gigawatt gigawatts"),
    ("energy", "1", "wh"),
    ("energy", "1000", "kwh kilowatt_hours kilowattstunden 千瓦时"),
    ("energy", "1000000", "mwh megawatt_hours"),
    ("energy", "1000000000", "gwh"),
    ("voltage", "1/1000", "mv millivolt"),
    ("voltage", "1", "v volt volts 伏"),
    ("voltage", "1000", "kv kilovolt"),
    ("current", "1/1000", "ma milliamp milliamps"),
    ("current", "1", "a amp amps ampere amperes"),
    ("frequency", "1", "hz hertz 赫兹"),
    ("frequency", "1000", "khz"),
    ("frequency", "1000000", "mhz"),
    ("frequency", "1000000000", "ghz"),
    ("celsius", "1", "°c celsius degrees_celsius grad_celsius ℃ 摄氏度"),
    ("fahrenheit", "1", "°f fahrenheit degrees_fahrenheit ℉"),
    ("angle or degrees", "1", "° degree degrees grad grados degrés 度"),
    ("pressure", "1", "pa pascal"),
    ("pressure", "1000", "kpa"),
    ("pressure", "100000", "bar bars"),
    ("currency:EUR", "1", "€ eur euro euros 欧元"),
    ("currency:USD", "1", "$ usd us$ dollar dollars dólares 美元"),
    ("currency:GBP", "1", "£ gbp sterling pound pounds pfund libras livres 英镑"),
    ("currency:CHF", "1", "chf franken francs francos"),
    ("currency:JPY", "1", "¥ jpy yen 日元"),
    ("currency:CNY", "1", "cny rmb yuan 元 人民币"),
    ("currency:INR", "1", "₹ inr rupees rupee"),
)  # fmt: skip

PREFIXED = "€$£¥₹"


@cache
def _units() -> dict[str, Unit]:
    return {
        name.replace("_", " "): Unit(dimension, Fraction(factor))
        for dimension, factor, names in _TABLE
        for name in names.split()
    }


def unit_named(name: str) -> Unit | None:
    """The unit that `name` (any case) is an accepted writing of."""
    return _units().get(name.casefold())


def unit_names() -> list[str]:
    """Every accepted writing, longest first."""
    return sorted(_units(), key=len, reverse=True)
