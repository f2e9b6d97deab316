"""stub"""


def parts() -> dict[str, str]:
    return {}
