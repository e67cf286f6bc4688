$i\
1700000000000900000	lighttpd	setitimer	(which=0x0 value=0x1 ovalue=0x0)=0	Kerneltime: 100	100	100
s/events=405/events=406/
