200i\
1700000000000194500	lighttpd	setuid	(uid=0x21)=0	Kerneltime: 100	100	100
s/events=405/events=406/
