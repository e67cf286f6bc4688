s/^(.*\tsocket\t\(family=)0x2 (.*)$/&\n\10x11 \2/
s/^# end: events=405/# end: events=406/
