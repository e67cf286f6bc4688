$i\
1700000000000899000	sh	newfstatat	(dfd=0xffffff9c filename="/tailor/phase/stopped" statbuf=0x0 flag=0x0)=-2 (ENOENT)	Kerneltime: 100	101	101\
1700000000000900000	lighttpd	setitimer	(which=0x0 value=0x1 ovalue=0x0)=0	Kerneltime: 100	100	100
s/events=405/events=407/
