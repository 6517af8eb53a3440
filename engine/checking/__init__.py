"""Gathers what every stage has to say of a playbook into one list of problems."""
