"""Playbook Engine: key-account management as a program."""
