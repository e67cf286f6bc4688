/^audit_rules:/d
