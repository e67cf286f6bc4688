s/^vcpus: 1/vcpus: 4/
