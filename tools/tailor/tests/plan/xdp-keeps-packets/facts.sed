s/^bpf_programs: .*/bpf_programs: 1/
$a\
traffic: loopback 186000 of 186002 packets
