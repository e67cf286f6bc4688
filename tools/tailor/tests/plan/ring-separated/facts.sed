s/^block: .*/block: xvda scheduler=none driver=vbd queues=2 rotational=0/
s/^block_driver: .*/block_driver: vbd/
s/^hypervisor: .*/hypervisor: xen/
s/^vcpus: .*/vcpus: 2/
