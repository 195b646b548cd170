"""A synthesiser of people who walk: persons, gaits, ways."""
