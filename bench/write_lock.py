"""Print every installed distribution as `name==version`: the lock file, without where a file came from.

A local build tag (torch's "+cpu") is left out, so that the same lock installs where torch comes from the public index.
"""

from importlib.metadata import distributions

LEFT_OUT = {"pip", "routewijzer"}


def main() -> None:
    """Write the lock to standard output."""
    pins = {d.metadata["Name"].lower().replace("_", "-"): d.version.partition("+")[0] for d in distributions()}
    print("# Written by `make lock`; used by `make run` and `make test`.")
    for name in sorted(pins.keys() - LEFT_OUT):
        print(f"{name}=={pins[name]}")


if __name__ == "__main__":
    main()
