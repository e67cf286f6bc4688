s/^hypervisor: .*/hypervisor: xen/
