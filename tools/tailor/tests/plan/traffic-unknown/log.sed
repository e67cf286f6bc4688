s/^(.*\t)listen(\t.*)$/&\n\1connect\t(fd=0x4 uservaddr=0x7ff addrlen=0x10)=0\tKerneltime: 500\t100\t100/
s/^# end: events=405/# end: events=406/
