"""Templates: sandboxed, bounded, checked when the playbook is loaded; figures shown in the reader's locale."""
