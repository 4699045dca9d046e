"""`python -m ragcite`."""

from ragcite.cli import main

if __name__ == "__main__":
    main()
