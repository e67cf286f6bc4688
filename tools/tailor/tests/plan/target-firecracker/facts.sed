s/^hypervisor: .*/hypervisor: vmware/
