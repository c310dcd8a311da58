"""Tests of the server of the exchange."""
