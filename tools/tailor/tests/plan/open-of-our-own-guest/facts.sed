/^open_descriptors:/d
s|^cmdline:.*|& init=/usr/lib/tailor/init|
