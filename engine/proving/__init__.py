"""Proving playbooks: scenarios with expectations."""
