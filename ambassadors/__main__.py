"""``python -m ambassadors`` is ``ambassadors``."""

from ambassadors.cli import main

if __name__ == "__main__":
    main()
