s/^cmdline: .*/& slub_debug=FZP nohz_full=1-3 ima_policy=tcb|appraise_tcb nmi_watchdog=panic,1 hung_task_panic=10/
