"""What every stage stands on: places, problems, quantities, canonical form, digests, data files."""
