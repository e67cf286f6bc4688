/^# end:/d
