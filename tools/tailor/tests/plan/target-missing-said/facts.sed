/^hypervisor:/d
