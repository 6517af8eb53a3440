"""The playbook language: positioned YAML → schema check → typed, frozen ``Playbook``."""
