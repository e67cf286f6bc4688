s/^hypervisor: .*/hypervisor: qemu/
