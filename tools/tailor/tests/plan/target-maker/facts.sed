s/^hypervisor: .*/hypervisor: microsoft corporation/
