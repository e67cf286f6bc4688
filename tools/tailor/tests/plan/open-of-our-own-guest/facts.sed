/^open_descriptors:/d
s|^cmdline:.*|& init=/usr/lib/tailor/init|
s/^vcpus:.*/&\ntraffic: loopback 186000 of 186002 packets/
