0,/sendfile.*5604/s/=5604/=-13 (EACCES)/
s/family=0x2/family=0xa/
