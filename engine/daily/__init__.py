"""The daily job: one run from data to delivered messages, its report, and whether it does its work at all."""
