"""Playbook → compiled playbook: names resolved, types checked, conditions lowered to core trees, levels found."""
