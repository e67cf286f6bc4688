106,410d
s/events=405/events=100/
