"""Tests of the client of the exchange."""
