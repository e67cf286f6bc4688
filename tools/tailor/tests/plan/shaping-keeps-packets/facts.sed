s/^module: ext4/&\nmodule: sch_ingress/
$a\
traffic: loopback 186000 of 186002 packets
