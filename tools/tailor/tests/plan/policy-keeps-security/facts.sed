s/^lsm_policy: apparmor 0/lsm_policy: apparmor 12/
s/^lsm_policy_total: 0/lsm_policy_total: 12/
