s/^hypervisor: .*/&\ntarget: kvm/
