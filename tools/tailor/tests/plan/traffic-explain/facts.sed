$a\
traffic: card 900 of 900 packets
