$a\
traffic: loopback 186000 of 186002 packets
