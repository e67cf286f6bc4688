s/^block_driver: .*/&\nblock_driver: sd/; s/^ioscheduler: none/&\nioscheduler: mq-deadline/
